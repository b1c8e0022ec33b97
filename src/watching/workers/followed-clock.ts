import type { Clock, Duration, Instant } from "../../model/index.ts";

/** A clock that keeps to another one's time. */
export interface FollowedClock extends Clock {
  /** Tells it what the other clock showed, and what this machine's showed just before and after. */
  heard(other: Instant, before: Instant, after: Instant): void;
  /** How far this machine's clock is ahead of the other one. */
  readonly skew: Duration;
}

/** Less than this is the way there and back, and no matter for a record in which minutes count. */
const TOLERATED: Duration = 1_000;

/**
 * The time of the record on a machine that has its own: what a worker sees is dated by the clock of the database, which
 * all of them share, so that one whose clock is an hour off does not see things an hour ago.
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
