import type { Duration, Instant, Period } from "../../model/index.ts";

/**
 * Three clocks read at one moment, in milliseconds.
 *
 * - `wall`: the clock that dates the evidence; it can be set
 * - `monotonic`: stands still while the machine sleeps, cannot be set (CLOCK_MONOTONIC)
 * - `boot`: keeps running while the machine sleeps, cannot be set (CLOCK_BOOTTIME); absent where the system has none to
 *   read
 */
export interface ClockReading {
  readonly wall: Instant;
  readonly monotonic: number;
  readonly boot?: number | undefined;
}

/** The cause of a stretch of wall time in which nothing was or could be observed, or that happened twice. */
export interface ClockEvent {
  readonly cause: "suspended" | "clock-forward" | "clock-back";
  /** In wall time; for `clock-back` the stretch that is now passed a second time. */
  readonly during: Period;
  readonly detail: string;
}

/** Slewing by NTP and a busy event loop stay far below this. */
const TOLERANCE: Duration = 2_000;

/**
 * Compares two readings. Sleep shows as boot time running ahead of monotonic time, a set clock as wall time parting
 * from boot time. Without a boot clock both show as wall time running ahead, which is then called `suspended`: the more
 * cautious reading, since nothing was observed either way.
 */
export function clockEvents(before: ClockReading, after: ClockReading): ClockEvent[] {
  const wall = after.wall - before.wall;
  const monotonic = after.monotonic - before.monotonic;
  const boot = before.boot === undefined || after.boot === undefined ? undefined : after.boot - before.boot;
  const events: ClockEvent[] = [];

  const slept = boot === undefined ? wall - monotonic : boot - monotonic;
  if (slept > TOLERANCE) {
    events.push({
      cause: "suspended",
      during: { from: before.wall, to: Math.max(after.wall, before.wall + 1) },
      detail: `the machine stood still for ${seconds(slept)} s`,
    });
  }

  const set = boot === undefined ? Math.min(0, wall - monotonic) : wall - boot;
  if (set > TOLERANCE) {
    events.push({
      cause: "clock-forward",
      during: { from: after.wall - set, to: after.wall },
      detail: `the clock was set forward by ${seconds(set)} s`,
    });
  } else if (set < -TOLERANCE) {
    events.push({
      cause: "clock-back",
      during: { from: after.wall, to: after.wall - set },
      detail: `the clock was set back by ${seconds(-set)} s`,
    });
  }
  return events;
}

function seconds(length: Duration): string {
  return (length / 1_000).toFixed(1);
}
