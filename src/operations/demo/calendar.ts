import type { Duration, Instant } from "../../model/index.ts";
import type { DemoSize, Segment } from "./company.ts";

export const MINUTE: Duration = 60_000;
export const HOUR: Duration = 60 * MINUTE;
export const DAY: Duration = 24 * HOUR;

/** The story takes 42 days; the large demo spreads it over a year. */
const STORY_DAYS = 42;
const DAYS: Readonly<Record<DemoSize, number>> = { small: STORY_DAYS, large: 365 };

/** How often each segment is swept. */
export const CADENCES: Readonly<Record<DemoSize, Readonly<Record<Segment["name"], Duration>>>> = {
  small: { dmz: DAY, app: DAY, data: DAY, office: 3 * DAY },
  large: { dmz: DAY, app: DAY, data: DAY, office: 3 * DAY },
};

export interface Calendar {
  readonly start: Instant;
  readonly end: Instant;
  /** The instant of a day of the story, in hours since its midnight (UTC). */
  at(day: number, hour: number): Instant;
}

/** `end` is a whole hour. */
export function calendarOf(size: DemoSize, end: Instant): Calendar {
  const start = Math.floor(end / DAY) * DAY - DAYS[size] * DAY;
  const scale = DAYS[size] / STORY_DAYS;
  return { start, end, at: (day, hour) => start + Math.round(day * scale) * DAY + hour * HOUR };
}
