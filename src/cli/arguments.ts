import { Fault, formatInstant, parseDuration, parseInstant, type Instant } from "../model/index.ts";

export const TIME_HELP = `Times: 2026-03-14T09:00:00Z (or with an offset), 2026-03-14 (its first instant
in UTC), now, -1h, -2d.`;

const TIME_NEXT = "Give 2026-03-14T09:00:00Z (or with an offset), 2026-03-14, now, -1h or -2d.";

const RELATIVE = /^(?:now)?-((?:\d+(?:ms|s|m|h|d|w))+)$/;

/**
 * Reads a time argument: RFC 3339, a bare date, `now`, `-1h` or `now-1h`. Throws for a time in
 * the future: the record cannot contain anything about it.
 */
export function parseTime(text: string, name: string, now: Instant): Instant {
  const at = readTime(text, now);
  if (at === undefined) {
    const zoneless = parseInstant(`${text}Z`) !== undefined;
    throw new Fault(
      "config-invalid",
      `${name}: '${text}' is not a valid time${zoneless ? ", because it has no time zone" : ""}.`,
      {
        place: name,
        next: zoneless ? `Add Z for UTC, or an offset: ${text}Z, ${text}+01:00.` : TIME_NEXT,
      },
    );
  }
  if (at > now) {
    throw new Fault(
      "config-invalid",
      `${name}: ${formatInstant(at)} is in the future; it is now ${formatInstant(now)}.`,
      {
        place: name,
        next: "Give a time that has passed, or now.",
      },
    );
  }
  return at;
}

export function parsePeriod(
  from: { readonly text: string; readonly name: string },
  to: { readonly text: string; readonly name: string },
  now: Instant,
): { from: Instant; to: Instant } {
  const period = { from: parseTime(from.text, from.name, now), to: parseTime(to.text, to.name, now) };
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

function readTime(text: string, now: Instant): Instant | undefined {
  if (text === "now") return now;
  const relative = RELATIVE.exec(text)?.[1];
  if (relative === undefined) return parseInstant(text);
  const length = parseDuration(relative);
  return length === undefined ? undefined : now - length;
}

/**
 * `-1h` looks like an option to the parser of options. It becomes `now-1h`, which means the same. Arguments after
 * `--` are never options and stay unchanged.
 */
export function protectRelativeTimes(argv: readonly string[]): string[] {
  const end = argv.indexOf("--");
  return argv.map((argument, at) =>
    (end < 0 || at < end) && RELATIVE.test(argument) && argument.startsWith("-") ? `now${argument}` : argument,
  );
}

/** Reads the whole number of an option, within bounds. */
export function parseWhole(text: string, name: string, least: number, most: number): number {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new Fault("config-invalid", `${name}: '${text}' is not a whole number from ${least} to ${most}.`, {
      place: name,
      next: `Give a number from ${least} to ${most}.`,
    });
  }
  return value;
}
