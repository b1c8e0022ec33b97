import { sql } from "kysely";
import { formatInstant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { heldRows, instantParameter, type PruneRule, type Shelf } from "../../../record/retention/index.ts";

const A_BATCH = 200;

/** Findings that were resolved, with their whole life and its entries. Open ones and those out of scope stay. */
export const findingsShelf: Shelf = {
  kind: "findings",
  begin: () => ({
    async remove(tx, rule, after) {
      const found = await tx
        .selectFrom("finding")
        .select(["id", "opened_at"])
        .where("id", ">", after)
        .where(hasToGo(rule))
        .orderBy("id")
        .limit(A_BATCH)
        .forUpdate()
        .execute();
      const ids = found.map(({ id }) => id);
      if (ids.length === 0) return { rows: {}, entries: [] };
      const entries = await entriesOf(tx, ids);
      const events = await tx.deleteFrom("finding_event").where("finding_id", "in", ids).returningAll().execute();
      const episodes = await tx.deleteFrom("finding_episode").where("finding_id", "in", ids).returningAll().execute();
      await tx.deleteFrom("finding").where("id", "in", ids).execute();
      const beginnings = [
        ...episodes.map((row) => ({ id: row.finding_id, at: row.opened_at })),
        ...found.map((row) => ({ id: row.id, at: row.opened_at })),
      ];
      return {
        rows: {
          finding: ids.map((id) => `finding ${id}`),
          finding_episode: beginnings.map(
            ({ id, at }) => `the episode of finding ${id} since ${formatInstant(new Date(at).getTime())}`,
          ),
          finding_event: events.map(
            (row) => `finding ${row.finding_id} becoming ${row.status} at ${formatInstant(row.at.getTime())}`,
          ),
        },
        entries,
        next: ids.length < A_BATCH ? undefined : ids.at(-1),
      };
    },
  }),
  async count(db, rule) {
    const rows = await db.selectFrom("finding").select("id").where(hasToGo(rule)).execute();
    const ids = rows.map(({ id }) => id);
    return { rows: { finding: ids.length }, entries: (await entriesOf(db, ids)).length };
  },
};

function hasToGo({ until, held }: PruneRule) {
  const span = { from: sql`finding.opened_at`, until: sql`finding.resolved_at` };
  return sql<boolean>`finding.status = 'resolved' AND finding.resolved_at <= ${instantParameter(until)}
    AND NOT ${heldRows(held, span)}`;
}

async function entriesOf(db: Db, findings: readonly number[]): Promise<number[]> {
  if (findings.length === 0) return [];
  const rows = await db
    .selectFrom("evidence_entry")
    .select("index")
    .where("body", "is not", null)
    .where("type", "in", [
      "finding-opened",
      "finding-regressed",
      "finding-resolved",
      "finding-out-of-scope",
      "finding-changed",
    ])
    .where(sql<boolean>`substring(body FROM '"finding":([0-9]+)') = ANY (${`{${findings.join(",")}}`}::text::text[])`)
    .orderBy("index")
    .execute();
  return rows.map(({ index }) => index);
}
