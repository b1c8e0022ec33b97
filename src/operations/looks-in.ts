import type { SweepsResult } from "../contract/index.ts";
import { formatInstant, type Instant, type SweepKind, type SweepVerdict } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { lookSums } from "../record/history/index.ts";

/** The looks of a period, summed up, as far as the filter of a list of sweeps lets them pass: each was complete. */
export async function looksIn(
  db: Db,
  filter: {
    readonly kind?: readonly SweepKind[] | undefined;
    readonly verdict?: readonly SweepVerdict[] | undefined;
    readonly vantage?: string | undefined;
    readonly startedSince?: Instant | undefined;
    readonly startedUntil?: Instant | undefined;
  },
): Promise<NonNullable<SweepsResult["looks"]>> {
  if (filter.verdict?.includes("complete") === false) return [];
  const sums = await lookSums(db, {
    vantage: filter.vantage,
    since: filter.startedSince,
    until: filter.startedUntil,
  });
  return sums
    .filter(({ kind }) => filter.kind?.includes(kind) !== false)
    .map(({ from, to, ...sum }) => ({ ...sum, from: formatInstant(from), to: formatInstant(to) }));
}
