import { afterGap, instantsOf, wallTimeAt, type Instant, type Period, type WallTime } from "../../model/index.ts";

/** A calendar day of a zone: of 23 hours where clocks are set forward, of 25 where they are set back. */
export interface Day extends Period {
  /** `2026-03-14` */
  readonly date: string;
}

/** The days of a zone in which the period lies; the first and the last are cut to it. `timeZone` is an IANA name. */
export function daysIn(period: Period, timeZone: string): Day[] {
  const days: Day[] = [];
  let { year, month, day } = wallTimeAt(period.from, timeZone);
  for (let from = period.from; from < period.to;) {
    const next = dateAfter({ year, month, day, time: 0 });
    const to = Math.min(period.to, midnight(next, timeZone));
    // A zone can leave out a day: Apia had no 30 December 2011.
    if (to > from) days.push({ date: dateText({ year, month, day }), from, to });
    from = Math.max(from, to);
    ({ year, month, day } = next);
  }
  return days;
}

/** Where clocks are set forward over midnight, the day begins when they show the next time that exists. */
function midnight(date: WallTime, timeZone: string): Instant {
  return instantsOf(date, timeZone)[0] ?? afterGap(date, timeZone).at;
}

function dateAfter({ year, month, day }: WallTime): WallTime {
  const next = new Date(Date.UTC(year, month - 1, day + 1));
  return { year: next.getUTCFullYear(), month: next.getUTCMonth() + 1, day: next.getUTCDate(), time: 0 };
}

function dateText({ year, month, day }: Pick<WallTime, "year" | "month" | "day">): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}
