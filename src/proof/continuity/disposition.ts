import type { Period, SweepVerdict } from "../../model/index.ts";

/**
 * What happened to a target on a day, exactly one for each:
 *
 * - `excluded`: no address of it was to be scanned
 * - `gap`: nothing of it was known at any time
 * - `untrusted`: nothing of it was known, and its sweeps missed too much to be trusted
 * - `partial`: part of it, or part of the time, was not known
 * - `unreachable`: all of it was scanned in time, and nothing answered
 * - `scanned`: all of it was scanned in time, and something answered
 */
export const DISPOSITIONS = ["scanned", "partial", "untrusted", "unreachable", "excluded", "gap"] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** A target on one day, for the part of the day in which it was in scope. */
export interface TargetDay {
  /** Time in which any address of it was to be scanned, in milliseconds. */
  readonly wanted: number;
  /** Time in which some endpoint was not known, in milliseconds. */
  readonly unknown: number;
  /** Time in which none of its endpoints was known. */
  readonly dark: number;
  /** Sweeps of the target that ended on the day. */
  readonly sweeps: readonly { readonly verdict: SweepVerdict }[];
  /** Whether anything answered its latest sweep until the end of the day. */
  readonly answered: boolean;
}

export function dispositionOf({ wanted, unknown, dark, sweeps, answered }: TargetDay): Disposition {
  if (wanted === 0) return "excluded";
  if (dark >= wanted) return sweeps.some(({ verdict }) => verdict === "untrusted") ? "untrusted" : "gap";
  if (unknown > 0) return "partial";
  return answered ? "scanned" : "unreachable";
}

/** Periods cut to a day. */
export function within(day: Period, periods: readonly Period[]): Period[] {
  return periods.flatMap(({ from, to }) => {
    const [begins, ends] = [Math.max(from, day.from), Math.min(to, day.to)];
    return begins < ends ? [{ from: begins, to: ends }] : [];
  });
}

export function lengthOf(periods: readonly Period[]): number {
  return periods.reduce((sum, { from, to }) => sum + (to - from), 0);
}

/** Periods of several lists, joined where they touch or overlap: the time in which any of them lasts. */
export function anyOf(lists: readonly (readonly Period[])[]): Period[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of lists.flat().toSorted((a, b) => a.from - b.from)) {
    const before = joined.at(-1);
    if (before !== undefined && from <= before.to) before.to = Math.max(before.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** The time in which all of the lists last. */
export function allOf(lists: readonly (readonly Period[])[]): Period[] {
  const [first, ...others] = lists;
  if (first === undefined) return [];
  return others.reduce<Period[]>((common, list) => common.flatMap((period) => within(period, list)), [...first]);
}
