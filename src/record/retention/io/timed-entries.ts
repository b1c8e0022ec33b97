import type { EntryType } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import type { RetentionKind } from "../kinds.ts";
import type { PruneRule, Shelf } from "../shelf.ts";
import { heldRows, instantParameter } from "./held-rows.ts";
import { sql } from "kysely";

const A_BATCH = 1_000;

/** Entries that no row of a table rests on: their bodies go by their time alone. */
export function timedEntries(kind: RetentionKind, types: readonly EntryType[]): Shelf {
  const old = (db: Db, { until, held }: PruneRule) =>
    db
      .selectFrom("evidence_entry")
      .where("type", "in", [...types])
      .where("body", "is not", null)
      .where("recorded_at", "<=", instantParameter(until))
      .where(
        sql<boolean>`NOT ${heldRows(held, { from: sql`recorded_at`, until: sql`recorded_at + interval '1 ms'` })}`,
      );
  return {
    kind,
    begin: () => ({
      async remove(tx, rule, after) {
        const rows = await old(tx, rule)
          .select("index")
          .where("index", after === 0 ? ">=" : ">", after)
          .orderBy("index")
          .limit(A_BATCH)
          .execute();
        const entries = rows.map(({ index }) => index);
        return { rows: {}, entries, next: entries.length < A_BATCH ? undefined : entries.at(-1) };
      },
    }),
    async count(db, rule) {
      const { entries } = await old(db, rule)
        .select(({ fn }) => fn.countAll<number>().as("entries"))
        .executeTakeFirstOrThrow();
      return { rows: {}, entries: Number(entries) };
    },
  };
}
