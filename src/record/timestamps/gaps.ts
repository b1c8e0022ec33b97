import type { Duration, Instant } from "../../model/index.ts";

/** A time whose entries no timestamp covers until its end; without an end, it lasts. */
export interface Untimed {
  readonly from: Instant;
  readonly until?: Instant | undefined;
}

/** Timestamps are made hourly; one that comes within the next hour is not late. */
const LATE: Duration = 2 * 3_600_000;

/** A timestamp by the entries that it covers. */
export interface Covering {
  readonly size: number;
  readonly at: Instant;
}

/**
 * The times without a timestamp, which are found in the record alone: the first entry after one timestamp has to be
 * covered by the next within two hours. `recordedAt` returns when the entry of an index was recorded; undefined: the log
 * ends before it.
 */
export async function untimed(
  timestamps: readonly Covering[],
  recordedAt: (index: number) => Promise<Instant | undefined>,
  now: Instant,
): Promise<Untimed[]> {
  const bySize = [...timestamps].sort((a, b) => a.size - b.size);
  // A timestamp of more entries covers these too, and may be the earlier one.
  const earliest = bySize.map(({ at }) => at);
  for (let place = earliest.length - 2; place >= 0; place -= 1) {
    earliest[place] = Math.min(earliest[place] ?? 0, earliest[place + 1] ?? 0);
  }
  const found: Untimed[] = [];
  let covered = 0;
  for (const [place, { size }] of bySize.entries()) {
    if (size === covered) continue;
    const from = await recordedAt(covered);
    const until = earliest[place] ?? now;
    if (from !== undefined && isLate(from, until)) found.push({ from, until });
    covered = size;
  }
  const from = await recordedAt(covered);
  if (from !== undefined && isLate(from, now)) found.push({ from });
  return found;
}

/** Whether an entry of this time should have been covered by a timestamp by now. */
export function isLate(recordedAt: Instant, now: Instant): boolean {
  return now - recordedAt > LATE;
}
