import type { Clock, Duration, Instant } from "../../model/index.ts";

/** A clock that stands still until somebody moves it, and only ever moves forward. */
export interface SimulatedClock extends Clock {
  /** @throws RangeError for an instant before now */
  moveTo(at: Instant): void;
  moveBy(time: Duration): void;
}

export function createSimulatedClock(start: Instant): SimulatedClock {
  let now = start;
  const moveTo = (at: Instant): void => {
    if (at < now) throw new RangeError(`the simulated clock is at ${now}, after ${at}`);
    now = at;
  };
  return { now: () => now, moveTo, moveBy: (time) => moveTo(now + time) };
}
