import type { SensorMoment } from "../../contract/index.ts";
import type { Duration, Instant } from "../../model/index.ts";
import type { Placed } from "../../record/history/index.ts";

/** What a report tells about the clocks of its machine, compared with the server's. */
export interface ClockComparison {
  /** For each known run of the machine: when its monotonic clock was at zero, by the server's clock. */
  readonly zeros: ReadonlyMap<string, Instant>;
  /** How far the sensor's wall clock is ahead, as measured now. */
  readonly skew: Duration;
  /** When the machine's current run began. */
  readonly thisRun: Instant;
  readonly receivedAt: Instant;
}

/**
 * The comparison that a report makes possible. The request took anything between no time and the whole round trip to
 * arrive: half of the round trip is the best estimate, and also its error.
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
 * The time by the server's clock. It comes from the monotonic clock, which nobody can set: a wall clock that is an hour
 * off, or is set in between, makes no difference. Only for a run of the machine in which the sensor never reached the
 * server is the wall clock all there is. It is then corrected by the current skew and cannot be later than the
 * beginning of this run.
 */
export function placeMoment(moment: SensorMoment, clocks: ClockComparison): Placed {
  const zero = clocks.zeros.get(moment.clock);
  if (zero !== undefined) {
    return { at: Math.min(Math.round(zero + moment.elapsed), clocks.receivedAt), estimated: false };
  }
  return { at: Math.min(Math.round(moment.wall - clocks.skew), clocks.thisRun), estimated: true };
}
