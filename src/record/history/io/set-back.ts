import { sql } from "kysely";
import type { Instant } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import { timestamp } from "./columns.ts";
import { lookCounts } from "./trusted-coverage.ts";

/**
 * Takes back what sweeps recorded with times after `at`, because the clock ran ahead then: their runs cover nothing, and
 * every interval is as it was at that time. Imports keep the times of their files. Returns the number of runs, looks
 * included, and the number of the last look before the step.
 *
 * The rows of coverage and looks stay as they are. Intervals follow from coverage, so they are corrected.
 */
export async function setHistoryBack(
  tx: Tx,
  at: Instant,
): Promise<{ readonly runs: number; readonly lastLook: number }> {
  const step = timestamp(at);
  const { rows } = await sql<{ run: number }>`
    INSERT INTO coverage_void (sweep_id, run)
    SELECT coverage.sweep_id, coverage.run FROM coverage JOIN sweep ON sweep.id = coverage.sweep_id
    WHERE sweep.kind <> 'imported' AND coverage.covered_to > ${step}
    ON CONFLICT DO NOTHING
    RETURNING run`.execute(tx);
  for (const table of [sql.table("endpoint_interval"), sql.table("service_interval")]) {
    await sql`
      DELETE FROM ${table} AS held USING sweep
      WHERE sweep.id = held.first_sweep AND sweep.kind <> 'imported' AND lower(held.during) > ${step}`.execute(tx);
    await sql`
      UPDATE ${table} AS held SET during = tstzrange(lower(held.during), NULL), last_sweep = NULL
      FROM sweep
      WHERE sweep.id = held.last_sweep AND sweep.kind <> 'imported' AND upper(held.during) > ${step}`.execute(tx);
  }
  // Services that were sent hellos in the future are due again now.
  await sql`
    UPDATE service_interval SET asked_at = least(asked_at, ${step}), identified_at = least(identified_at, ${step})
    WHERE asked_at > ${step}`.execute(tx);
  const looks = await sql<{ last: number; later: number }>`
    SELECT coalesce(max(id), 0) AS last, count(*) FILTER (WHERE covered_to > ${step} AND ${lookCounts}) AS later
    FROM look`.execute(tx);
  const { last = 0, later = 0 } = looks.rows[0] ?? {};
  return { runs: rows.length + later, lastLook: last };
}
