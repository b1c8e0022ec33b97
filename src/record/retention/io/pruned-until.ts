import type { Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import type { RetentionKind } from "../kinds.ts";

/** A cut-off, and the entry that states the pruning. */
export interface PrunedUntil {
  readonly until: Instant;
  readonly entry: number;
}

/** The latest cut-off of these kinds; undefined: nothing of them was ever pruned. */
export async function prunedUntil(db: Db, kinds: readonly RetentionKind[]): Promise<PrunedUntil | undefined> {
  const row = await db
    .selectFrom("pruning")
    .select(["until", "entry_index"])
    .where("kind", "in", [...kinds])
    .orderBy("until", "desc")
    .orderBy("entry_index", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : { until: row.until.getTime(), entry: row.entry_index };
}

/** The last pruning of each kind, by kind. */
export async function lastPrunings(db: Db): Promise<
  {
    readonly kind: string;
    readonly until: Instant;
    readonly entry: number;
    readonly at: Instant;
    readonly by: string;
  }[]
> {
  const rows = await db
    .selectFrom("pruning")
    .selectAll()
    .distinctOn("kind")
    .orderBy("kind")
    .orderBy("entry_index", "desc")
    .execute();
  return rows.map((row) => ({
    kind: row.kind,
    until: row.until.getTime(),
    entry: row.entry_index,
    at: row.pruned_at.getTime(),
    by: row.pruned_by,
  }));
}
