import type { Clock, Duration, Instant } from "../../model/index.ts";

/** A clock that follows another one. */
export interface FollowedClock extends Clock {
  /** Passes in what the other clock showed, and what this machine's clock showed just before and after. */
  heard(other: Instant, before: Instant, after: Instant): void;
  /** How far this machine's clock is ahead of the other one. */
  readonly skew: Duration;
}

/** A smaller difference may be the round trip, and does not matter for a record that counts in minutes. */
const TOLERATED: Duration = 1_000;

/**
 * The record's time on a machine with a clock of its own. A worker's observations are dated by the clock of the
 * database, which all workers share. A worker whose clock is an hour off does not date its observations an hour ago.
 */
export function followedClock(own: Clock): FollowedClock {
  let ahead: Duration = 0;
  let used: Duration = 0;
  return {
    now: () => own.now() - used,
    get skew() {
      return ahead;
    },
    heard(other, before, after) {
      ahead = Math.round((before + after) / 2 - other);
      if (Math.abs(ahead - used) > TOLERATED) used = Math.abs(ahead) > TOLERATED ? ahead : 0;
    },
  };
}
