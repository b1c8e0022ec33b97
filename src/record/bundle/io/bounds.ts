import { sql } from "kysely";
import type { Duration, Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { checkpointFrom, type Checkpoint } from "../../evidence/index.ts";

/** The stretch of the log that a bundle holds, between two signed checkpoints. */
export interface Bounds {
  /** Absent: the bundle begins with entry 0. */
  readonly first?: Checkpoint | undefined;
  readonly last: Checkpoint;
}

/** Looks without change are stated by an entry at the end of their hour. */
const STATED_WITHIN: Duration = 3_600_000;

/**
 * From the last checkpoint before anything that answers at the beginning rest on, to the first over everything recorded
 * within the period, and in the hour after it, in which its last looks are stated: so the same period gives the same bytes,
 * however much was recorded since. Undefined: no checkpoint is over all of it yet, and the head has to be signed.
 * `lookback`: how long before the period a look can still count.
 */
export async function boundsOf(
  db: Db,
  period: { readonly from: Instant; readonly to: Instant },
  lookback: Duration,
): Promise<Bounds | "empty" | undefined> {
  const { rows } = await sql<{ first: number | null; rotated: number | null; end: number | null; begun: boolean }>`
    SELECT (SELECT min(index) FROM evidence_entry WHERE recorded_at >= ${new Date(period.from - lookback).toISOString()}::text::timestamptz) AS first,
      (SELECT max(index) + 1 FROM evidence_entry WHERE type = 'key-rotated') AS rotated,
      (SELECT max(index) + 1 FROM evidence_entry WHERE recorded_at < ${new Date(period.to + STATED_WITHIN).toISOString()}::text::timestamptz) AS "end",
      EXISTS (SELECT FROM evidence_entry WHERE recorded_at < ${new Date(period.to).toISOString()}::text::timestamptz) AS begun`.execute(
    db,
  );
  const { first = null, rotated = null, end = null, begun = false } = rows[0] ?? {};
  if (end === null || !begun) return "empty";
  const last = await db
    .selectFrom("evidence_checkpoint")
    .selectAll()
    // The key that signs the manifest has to be one that the entries below the last checkpoint name.
    .where("size", ">=", Math.max(end, rotated ?? 0))
    .orderBy("size")
    .orderBy("key_id")
    .limit(1)
    .executeTakeFirst();
  if (last === undefined) return undefined;
  const before = await db
    .selectFrom("evidence_checkpoint")
    .selectAll()
    .where("size", "<=", Math.min(first ?? end, last.size))
    .where("size", ">", 0)
    .orderBy("size", "desc")
    .orderBy("key_id")
    .limit(1)
    .executeTakeFirst();
  return { last: checkpointFrom(last), ...(before === undefined ? {} : { first: checkpointFrom(before) }) };
}
