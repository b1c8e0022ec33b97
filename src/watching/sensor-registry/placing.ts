import type { SensorMoment } from "../../contract/index.ts";
import type { Duration, Instant } from "../../model/index.ts";
import type { Placed } from "../../record/history/index.ts";

/** What a report tells of the clocks of its machine, held against the server's. */
export interface ClockComparison {
  /** When the clock that nobody sets stood at nothing, by the server's clock, for each run of the machine known. */
  readonly zeros: ReadonlyMap<string, Instant>;
  /** By how much the sensor's wall clock is ahead, as measured now. */
  readonly skew: Duration;
  /** The run of the machine that speaks now began then. */
  readonly thisRun: Instant;
  readonly receivedAt: Instant;
}

/**
 * The comparison that a report makes possible. The request took between nothing and the whole round trip to get here;
 * half of it is the best guess, and half of it the error.
 */
export function compareClocks(
  now: SensorMoment,
  receivedAt: Instant,
  roundTrip: Duration | undefined,
  earlier: ReadonlyMap<string, Instant>,
): ClockComparison {
  const sentAt = receivedAt - (roundTrip ?? 0) / 2;
  const thisRun = Math.round(sentAt - now.elapsed);
  return {
    zeros: new Map([...earlier, [now.clock, thisRun]]),
    skew: now.wall - sentAt,
    thisRun,
    receivedAt,
  };
}

/**
 * When it was, by the server's clock: from the clock that nobody can set, so that a wall clock that is an hour off, or
 * is set in between, makes no difference. Only of a run of the machine in which the server was never spoken to is the
 * wall clock all there is; it is corrected by the skew of now and cannot be later than the beginning of this run.
 */
export function placeMoment(moment: SensorMoment, clocks: ClockComparison): Placed {
  const zero = clocks.zeros.get(moment.clock);
  if (zero !== undefined) {
    return { at: Math.min(Math.round(zero + moment.elapsed), clocks.receivedAt), estimated: false };
  }
  return { at: Math.min(Math.round(moment.wall - clocks.skew), clocks.thisRun), estimated: true };
}
