/**
 * A point in time: whole milliseconds since 1970-01-01T00:00:00Z (POSIX time, leap seconds ignored).
 * Stored as `timestamptz`, printed as RFC 3339 in UTC.
 */
export type Instant = number;

/** A length of time in whole milliseconds. */
export type Duration = number;

/** A half-open period `[from, to)`. */
export interface Period {
  readonly from: Instant;
  readonly to: Instant;
}

/** The source of time. Injected, so that tests and replays decide what "now" is. */
export interface Clock {
  now(): Instant;
}

/** RFC 3339 in UTC with milliseconds, e.g. `2026-03-14T09:00:00.000Z`. */
export function formatInstant(at: Instant): string {
  return new Date(at).toISOString();
}

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/;
const DAY_ONLY = /^\d{4}-\d\d-\d\d$/;

/**
 * Parses RFC 3339 section 5.6 (seconds may be omitted, a blank may replace `T`), or a bare date, which means its first
 * instant in UTC. A date-time without an offset is refused: its zone is unknown. Returns undefined for anything else.
 */
export function parseInstant(text: string): Instant | undefined {
  if (!RFC3339.test(text) && !DAY_ONLY.test(text)) return undefined;
  const normal = text.replace(" ", "T").toUpperCase();
  const at = Date.parse(normal);
  if (Number.isNaN(at)) return undefined;
  // Date.parse accepts 2026-02-30 as 2 March; the calendar day must survive the round trip.
  const day = normal.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) === day ? at : undefined;
}

const UNITS: Readonly<Record<string, Duration>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Parses `30s`, `15m`, `1h`, `1h30m`, `7d`; undefined for anything else or for zero. */
export function parseDuration(text: string): Duration | undefined {
  if (!/^(\d+(ms|s|m|h|d|w))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d|w)/g)) {
    total += Number(count) * (UNITS[unit ?? ""] ?? Number.NaN);
  }
  return Number.isSafeInteger(total) && total > 0 ? total : undefined;
}

/** The shortest text that {@link parseDuration} reads back, largest unit first: `1h30m`. */
export function formatDuration(length: Duration): string {
  let rest = Math.round(Math.abs(length));
  let text = "";
  for (const unit of ["d", "h", "m", "s", "ms"] as const) {
    const size = UNITS[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === "" ? "0s" : text;
}
