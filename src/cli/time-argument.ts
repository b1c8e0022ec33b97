import {
  afterGap,
  Fault,
  formatInstant,
  instantsOf,
  offsetText,
  parseDuration,
  parseInstant,
  wallTimeAt,
  type Instant,
  type WallTime,
} from "../model/index.ts";
import type { Surroundings } from "./surroundings.ts";

export const TIME_HELP = `Times: 2026-03-14T09:00:00Z (or with an offset); now, -1h, -2d;
in the local time zone: 03:00 (today), yesterday 03:00, 2026-03-14T03:00,
2026-03-14 (its first instant). Answers show the instant in UTC.`;

const TIME_NEXT =
  "Give 2026-03-14T09:00:00Z (or with an offset), now, -1h or -2d; or in the local time zone 03:00, yesterday 03:00, 2026-03-14T03:00 or 2026-03-14.";

const RELATIVE = /^(?:now)?-((?:\d+(?:ms|s|m|h|d|w))+)$/;
const CLOCK = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?`;
const LOCAL = new RegExp(String.raw`^(?:(today|yesterday|(\d{4})-(\d\d)-(\d\d))(?:[Tt ]${CLOCK})?|${CLOCK})$`);

/** The moment at which a time is read, and the reader's zone as an IANA name. */
export interface Reading {
  readonly now: Instant;
  readonly timeZone: string;
}

export function readingOf({ clock, timeZone }: Pick<Surroundings, "clock" | "timeZone">): Reading {
  return { now: clock.now(), timeZone };
}

/**
 * Reads a time argument: RFC 3339, `now`, `-1h` or `now-1h`; without an offset, a time of day, a date or both, in the
 * reader's zone. Throws for a time that clocks there skip or show twice, and for one in the future: the record cannot
 * contain anything about it.
 */
export function parseTime(text: string, name: string, reading: Reading): Instant {
  const at = readTime(text, name, reading);
  if (at === undefined) {
    throw new Fault("config-invalid", `${name}: '${text}' is not a valid time.`, { place: name, next: TIME_NEXT });
  }
  if (at > reading.now) {
    throw new Fault(
      "config-invalid",
      `${name}: ${formatInstant(at)} is in the future; it is now ${formatInstant(reading.now)}.`,
      { place: name, next: "Give a time that has passed, such as yesterday 03:00, or now." },
    );
  }
  return at;
}

export function parsePeriod(
  from: { readonly text: string; readonly name: string },
  to: { readonly text: string; readonly name: string },
  reading: Reading,
): { from: Instant; to: Instant } {
  const period = { from: parseTime(from.text, from.name, reading), to: parseTime(to.text, to.name, reading) };
  if (period.from >= period.to) {
    throw new Fault(
      "config-invalid",
      `${from.name} (${formatInstant(period.from)}) is not before ${to.name} (${formatInstant(period.to)}).`,
      {
        place: from.name,
        next: "Give the earlier time first.",
      },
    );
  }
  return period;
}

function readTime(text: string, name: string, reading: Reading): Instant | undefined {
  if (text === "now") return reading.now;
  const relative = RELATIVE.exec(text)?.[1];
  if (relative !== undefined) {
    const length = parseDuration(relative);
    return length === undefined ? undefined : reading.now - length;
  }
  const wall = readWallTime(text, reading);
  return wall === undefined ? parseInstant(text) : toInstant(wall, text, name, reading.timeZone);
}

/** A date, a time of day or both, as written; a day alone has no `time`. */
function readWallTime(text: string, { now, timeZone }: Reading): (WallTime & { readonly isDay: boolean }) | undefined {
  const found = LOCAL.exec(text);
  if (found === null) return undefined;
  const [, day, ...rest] = found;
  const numbers = rest.map((digits) => (digits === undefined ? undefined : Number(digits)));
  const [year = 0, month = 0, date = 0, ...clocks] = numbers;
  const [hour, minute = 0, second = 0] = day === undefined ? clocks.slice(4) : clocks;
  const fraction = rest[day === undefined ? 10 : 6] ?? "";
  if ((hour ?? 0) > 23 || minute > 59 || second > 59) return undefined;
  const time = (((hour ?? 0) * 60 + minute) * 60 + second) * 1_000 + Number(fraction.padEnd(3, "0"));
  const today = wallTimeAt(now, timeZone);
  const at =
    day === undefined || day === "today"
      ? today
      : day === "yesterday"
        ? dateOf(Date.UTC(today.year, today.month - 1, today.day - 1))
        : { year, month, day: date };
  const isDate = dateOf(Date.UTC(at.year, at.month - 1, at.day)).day === at.day && at.month <= 12;
  return isDate ? { ...at, time, isDay: hour === undefined } : undefined;
}

function dateOf(utc: number): Pick<WallTime, "year" | "month" | "day"> {
  const date = new Date(utc);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function toInstant(
  wall: WallTime & { readonly isDay: boolean },
  text: string,
  name: string,
  timeZone: string,
): Instant {
  const [first, second] = instantsOf(wall, timeZone);
  if (first !== undefined && (second === undefined || wall.isDay)) return first;
  if (first === undefined && wall.isDay) return afterGap(wall, timeZone).at;
  if (first === undefined) {
    const { at, shown } = afterGap(wall, timeZone);
    throw new Fault(
      "config-invalid",
      `${name}: clocks in ${timeZone} skip '${text}': they are set forward to ${shown}.`,
      {
        place: name,
        next: `Give ${shown} of that day (${formatInstant(at)}), or a time with an offset.`,
      },
    );
  }
  const both = [first, second ?? first].map((at) => `${localText(at, timeZone)} (${formatInstant(at)})`);
  throw new Fault("config-invalid", `${name}: clocks in ${timeZone} show '${text}' twice: they are set back over it.`, {
    place: name,
    next: `Give ${both.join(" or ")}.`,
  });
}

/** RFC 3339 with the offset in force in the zone. */
function localText(at: Instant, timeZone: string): string {
  const { year, month, day, time } = wallTimeAt(at, timeZone);
  const shown = new Date(Date.UTC(year, month - 1, day) + time).toISOString().replace(/(\.000)?Z$/, "");
  return `${shown}${offsetText(at, timeZone)}`;
}

/**
 * Makes each time one argument that no parser of options takes for an option: `-1h` becomes `now-1h`, which means the
 * same, and a day followed by a time of day, as in `yesterday 03:00`, becomes one argument. Arguments after `--` stay
 * unchanged.
 */
export function protectTimes(argv: readonly string[]): string[] {
  const end = argv.indexOf("--");
  const [before, after] = end < 0 ? [argv, []] : [argv.slice(0, end), argv.slice(end)];
  const times = before.map((argument) =>
    RELATIVE.test(argument) && argument.startsWith("-") ? `now${argument}` : argument,
  );
  const isClockOf = (at: number): boolean =>
    /^(today|yesterday|\d{4}-\d\d-\d\d)$/.test(times[at - 1] ?? "") && /^\d\d:\d\d(:\d\d)?$/.test(times[at] ?? "");
  const joined = times.flatMap((argument, at) => {
    if (isClockOf(at)) return [];
    return [isClockOf(at + 1) ? `${argument} ${times[at + 1] ?? ""}` : argument];
  });
  return [...joined, ...after];
}
