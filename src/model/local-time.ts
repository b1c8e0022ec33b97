import type { Instant } from "./time.ts";

/** A date and a time of day, without a zone. Times of a day that does not exist are refused when they are read. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Milliseconds since midnight, as a clock on the wall shows it. */
  readonly time: number;
}

const DAY = 86_400_000;
const PARTS = ["year", "month", "day", "hour", "minute", "second"] as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The instants at which clocks in a zone show this time, earliest first: one, none where they are set forward over it,
 * two where they are set back over it. `timeZone` is an IANA name.
 */
export function instantsOf(wall: WallTime, timeZone: string): Instant[] {
  const asUtc = utcOf(wall);
  // Whatever offset is in force, it is that of the day before or of the day after: zones change at most once in between.
  const offsets = [asUtc - DAY, asUtc + DAY].map((at) => offsetAt(at, timeZone));
  const candidates = [...new Set(offsets)].map((offset) => asUtc - offset);
  return candidates.filter((at) => at + offsetAt(at, timeZone) === asUtc).sort((a, b) => a - b);
}

/** Where clocks are set forward over a time: the instant that the skipped time follows, and what they show then. */
export function afterGap(wall: WallTime, timeZone: string): { readonly at: Instant; readonly shown: string } {
  const asUtc = utcOf(wall);
  let [before, after] = [asUtc - DAY, asUtc + DAY];
  const offset = offsetAt(before, timeZone);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle, timeZone) === offset) before = middle;
    else after = middle;
  }
  return { at: after, shown: new Date(after + offsetAt(after, timeZone)).toISOString().slice(11, 16) };
}

/** The date and time that clocks in a zone show at an instant. */
export function wallTimeAt(at: Instant, timeZone: string): WallTime {
  const shown = new Date(at + offsetAt(at, timeZone));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    time: ((shown.getTime() % DAY) + DAY) % DAY,
  };
}

/** `+01:00`: RFC 3339, for an instant that a person has to choose. */
export function offsetText(at: Instant, timeZone: string): string {
  const minutes = Math.round(offsetAt(at, timeZone) / 60_000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

function utcOf({ year, month, day, time }: WallTime): number {
  return Date.UTC(year, month - 1, day) + time;
}

/** Milliseconds by which clocks in a zone are ahead of UTC. */
function offsetAt(at: Instant, timeZone: string): number {
  const known = formats.get(timeZone);
  const format =
    known ??
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  if (known === undefined) formats.set(timeZone, format);
  const shown = format.formatToParts(at);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = PARTS.map((type) =>
    Number(shown.find((part) => part.type === type)?.value),
  );
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
}
