import { duration, utc } from "./text.ts";

/** A statement of somebody outside that they had the first `size` entries at `at`. */
export interface Covering {
  readonly size: number;
  readonly at: number;
}

/** Statements are made hourly; one within the next hour is not late. */
const LATE = 2 * 3_600_000;
const MOST_NAMED = 5;

/**
 * The times whose entries no statement covers within two hours, in words. `times`: entries with the time of their
 * recording, ascending.
 */
export function uncovered(
  statements: readonly Covering[],
  times: readonly (readonly [index: number, at: number])[],
  first: number,
): string[] {
  const bySize = statements.filter(({ size }) => size > first).sort((a, b) => a.size - b.size);
  const [, end = 0] = times.at(-1) ?? [];
  const found: string[] = [];
  let covered = first;
  for (const [place, { size }] of [...bySize, { size: Infinity, at: end }].entries()) {
    if (size === covered) continue;
    const [, from] = times.find(([index]) => index >= covered) ?? [];
    // A statement about more entries covers these too, and may be the earlier one.
    const until = Math.min(end, ...bySize.slice(place).map(({ at }) => at));
    if (from !== undefined && until - from > LATE) {
      const lasts = place === bySize.length ? ", the end" : "";
      found.push(`${utc(from)} to ${utc(until)}${lasts} (${duration(until - from)})`);
    }
    covered = size;
  }
  const more = found.length - MOST_NAMED;
  return more <= 0 ? found : [...found.slice(0, MOST_NAMED), `${more} more`];
}

/** From the first statement to the last. */
export function spanOf(statements: readonly Covering[]): string {
  const times = statements.map(({ at }) => at).sort((a, b) => a - b);
  return `${utc(times[0] ?? 0)} to ${utc(times.at(-1) ?? 0)}`;
}
