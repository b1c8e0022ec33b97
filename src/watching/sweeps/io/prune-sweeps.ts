import { sql } from "kysely";
import type { Db, Tx } from "../../../platform/storage/index.ts";
import { entryFrom, signedEntry } from "../../../record/evidence/index.ts";
import { coverageIsNeeded, deleteCoverage, holdVantages } from "../../../record/history/index.ts";
import {
  heldRows,
  instantParameter,
  timedEntries,
  type PruneRule,
  type Shelf,
} from "../../../record/retention/index.ts";

const A_BATCH = 200;
const TYPES = ["sweep-started", "sweep-resumed", "sweep-finished"] as const;

/** Sweeps that ended, with what they covered and the entries of their beginning and end. */
export const sweepShelves: readonly Shelf[] = [
  {
    kind: "sweeps",
    begin: () => ({
      async remove(tx, rule, after) {
        await holdVantages(tx);
        const { rows } = await sql<{ id: number }>`
          SELECT id FROM sweep WHERE id > ${after} AND ${hasToGo(rule)}
          ORDER BY id LIMIT ${sql.lit(A_BATCH)}`.execute(tx);
        const ids = rows.map(({ id }) => id);
        if (ids.length === 0) return { rows: {}, entries: [] };
        const entries = await entriesOf(tx, ids);
        const coverage = await deleteCoverage(tx, ids);
        await sql`DELETE FROM sweep WHERE id = ANY (${`{${ids.join(",")}}`}::text::bigint[])`.execute(tx);
        return {
          rows: { ...coverage, sweep: ids.map((id) => `sweep ${id}`) },
          entries,
          next: ids.length < A_BATCH ? undefined : ids.at(-1),
        };
      },
    }),
    async count(db, rule) {
      const { rows } = await sql<{ sweeps: number; runs: number; entries: number }>`
        WITH old AS MATERIALIZED (SELECT id FROM sweep WHERE ${hasToGo(rule)})
        SELECT (SELECT count(*) FROM old)::int8 AS sweeps,
          (SELECT count(*) FROM coverage WHERE sweep_id IN (SELECT id FROM old))::int8 AS runs`.execute(db);
      const { rows: ids } = await sql<{ id: number }>`SELECT id FROM sweep WHERE ${hasToGo(rule)}`.execute(db);
      const [counted] = rows;
      const entries = await entriesOf(
        db,
        ids.map(({ id }) => id),
      );
      return {
        rows: { sweep: Number(counted?.sweeps ?? 0), coverage: Number(counted?.runs ?? 0) },
        entries: entries.length,
      };
    },
  },
  timedEntries("sweeps", ["sweep-refused"]),
];

function hasToGo({ until, held }: PruneRule) {
  const end = sql`greatest(ended_at, recorded_at)`;
  return sql<boolean>`ended_at IS NOT NULL AND ${end} <= ${instantParameter(until)}
    AND NOT ${heldRows(held, { from: sql`least(started_at, recorded_at)`, until: end })}
    AND NOT ${coverageIsNeeded(sql`sweep.id`)}`;
}

/** The entries of sweeps, by the times of the sweeps: a scan that was imported has its entries when it was. */
async function entriesOf(db: Db | Tx, sweeps: readonly number[]): Promise<number[]> {
  if (sweeps.length === 0) return [];
  const ids = sql`${`{${sweeps.join(",")}}`}::text::bigint[]`;
  const rows = await db
    .selectFrom("evidence_entry")
    .selectAll()
    .where("type", "in", [...TYPES])
    .where("body", "is not", null)
    .where(
      sql<boolean>`substring(body FROM '"sweep":([0-9]{1,15})[,}]')::bigint = ANY (${ids})
        AND recorded_at BETWEEN
          (SELECT min(CASE WHEN kind = 'imported' THEN recorded_at ELSE started_at END) FROM sweep WHERE id = ANY (${ids})) - interval '1 day'
          AND (SELECT max(greatest(ended_at, recorded_at)) FROM sweep WHERE id = ANY (${ids})) + interval '1 day'`,
    )
    .orderBy("index")
    .execute();
  const wanted = new Set(sweeps);
  return rows.flatMap((row) => {
    const entry = signedEntry(entryFrom(row));
    const isOfSweep =
      entry?.type === "sweep-started" || entry?.type === "sweep-resumed" || entry?.type === "sweep-finished";
    return isOfSweep && wanted.has(entry.data.sweep) ? [entry.index] : [];
  });
}
