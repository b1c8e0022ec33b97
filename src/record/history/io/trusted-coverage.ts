import { type RawBuilder, sql } from "kysely";

/** Whether a row of `coverage` counts: it was not recorded by a clock that ran ahead. */
const coverageCounts = sql<boolean>`NOT EXISTS (
  SELECT FROM coverage_void WHERE coverage_void.sweep_id = coverage.sweep_id AND coverage_void.run = coverage.run)`;

/** The same of a row of `look`: it is not dated after a step of the clock that followed it. */
export const lookCounts = sql<boolean>`NOT EXISTS (
  SELECT FROM clock_step WHERE look.id <= clock_step.last_look AND look.covered_to > clock_step.at)`;

/**
 * All trusted coverage of a vantage point that counts, as a sub-select: runs of sweeps, and looks, whose `sweep_id` and
 * `run` are 0.
 */
export function trustedCoverage(vantage: number): RawBuilder<unknown> {
  return sql`(
    SELECT set_id, sweep_id, run, covered_from, covered_to FROM coverage
    WHERE vantage_id = ${vantage} AND trusted AND set_id IS NOT NULL AND ${coverageCounts}
    UNION ALL
    SELECT set_id, 0, 0, covered_from, covered_to FROM look
    WHERE vantage_id = ${vantage} AND ${lookCounts}
  )`;
}
