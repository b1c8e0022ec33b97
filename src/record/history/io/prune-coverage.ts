import { type RawBuilder, sql } from "kysely";
import { formatInstant } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import { coverageOf, voidOf } from "../row-names.ts";
import { column, milliseconds } from "./columns.ts";

/**
 * Whether coverage of a sweep has to stay however old it is: it is the latest of what it covered, by a sweep that was
 * not routine, or it is the sweep whose states looks repeat that are still recorded.
 */
export function coverageIsNeeded(sweep: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`EXISTS (
    SELECT FROM coverage AS c JOIN coverage_set AS s ON s.id = c.set_id JOIN sweep AS own ON own.id = c.sweep_id
    WHERE c.sweep_id = ${sweep} AND c.trusted AND (
      (own.kind IN ('full', 'requested', 'imported') AND NOT EXISTS (
        SELECT FROM coverage AS later JOIN coverage_set AS same ON same.id = later.set_id
        WHERE later.vantage_id = c.vantage_id AND same.extent = s.extent AND later.trusted
          AND (later.covered_to, later.sweep_id, later.run) > (c.covered_to, c.sweep_id, c.run)))
      OR (NOT EXISTS (
        SELECT FROM coverage AS later WHERE later.set_id = c.set_id AND later.vantage_id = c.vantage_id AND later.trusted
          AND (later.covered_to, later.sweep_id, later.run) > (c.covered_to, c.sweep_id, c.run))
        AND (c.set_id, c.vantage_id) IN (SELECT set_id, vantage_id FROM look))))`;
}

/** Intakes and looks of every vantage point wait until the transaction ends. */
export async function holdVantages(tx: Tx): Promise<void> {
  await tx.selectFrom("vantage_point").select("id").orderBy("id").forNoKeyUpdate().execute();
}

/** Deletes the coverage of sweeps. Returns the names of the rows. */
export async function deleteCoverage(
  tx: Tx,
  sweeps: readonly number[],
): Promise<{ readonly coverage: readonly string[]; readonly coverage_void: readonly string[] }> {
  interface Run {
    readonly sweep: number;
    readonly run: number;
    readonly from: number;
    readonly to: number;
    readonly void: boolean;
  }
  const ids = sql`${column(sweeps)}::bigint[]`;
  const { rows } = await sql<Run>`
    SELECT sweep_id AS sweep, run, ${milliseconds(sql`covered_from`)} AS from, ${milliseconds(sql`covered_to`)} AS to,
      EXISTS (SELECT FROM coverage_void AS v WHERE v.sweep_id = c.sweep_id AND v.run = c.run) AS void
    FROM coverage AS c WHERE sweep_id = ANY (${ids}) ORDER BY sweep_id, run`.execute(tx);
  await sql`DELETE FROM coverage_void WHERE sweep_id = ANY (${ids})`.execute(tx);
  await sql`DELETE FROM coverage WHERE sweep_id = ANY (${ids})`.execute(tx);
  const named = (name: typeof coverageOf, runs: readonly Run[]): string[] =>
    runs.map(({ sweep, from, to }) => name(sweep, formatInstant(from), formatInstant(to)));
  return {
    coverage: named(coverageOf, rows),
    coverage_void: named(
      voidOf,
      rows.filter((run) => run.void),
    ),
  };
}
