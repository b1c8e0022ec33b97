import { type RawBuilder, sql } from "kysely";

/** Whether a row of `coverage` counts: it was not recorded by a clock that ran ahead. */
const coverageCounts = sql<boolean>`NOT EXISTS (
  SELECT FROM coverage_void WHERE coverage_void.sweep_id = coverage.sweep_id AND coverage_void.run = coverage.run)`;

/** The same of a row of `look`: it is not dated after a step of the clock that followed it. */
export const lookCounts = sql<boolean>`NOT EXISTS (
  SELECT FROM clock_step WHERE look.id <= clock_step.last_look AND look.covered_to > clock_step.at)`;

/** The stretches that sources watched, as far as they count, as a sub-select: a step of the clock cuts them. */
export const watchedStretches: RawBuilder<unknown> = sql`(
  SELECT c.source_id, c.covered_from, least(c.covered_to, cut.counts_until) AS covered_to
  FROM coverage AS c
  LEFT JOIN coverage_cut AS cut ON cut.source_id = c.source_id AND cut.covered_from = c.covered_from
  WHERE c.source_id IS NOT NULL AND (cut.source_id IS NULL OR cut.counts_until IS NOT NULL)
)`;

/**
 * Whether retention left this time whole. Of what was pruned, single sweeps remain because looks repeat their states: by
 * themselves they would answer what the pruned ones knew better.
 */
const isWhole = sql<boolean>`(
  covered_to > (SELECT coalesce(max(until), '-infinity') FROM pruning WHERE kind = 'sweeps')
  OR EXISTS (
    SELECT FROM legal_hold WHERE lifted_at IS NULL
      AND covered_to > keeps_from AND covered_from <= coalesce(held_to, 'infinity')))`;

/**
 * All trusted coverage of a vantage point that counts, as a sub-select: runs of sweeps, and looks, whose `sweep_id` and
 * `run` are 0.
 */
export function trustedCoverage(vantage: number): RawBuilder<unknown> {
  return sql`(
    SELECT set_id, sweep_id, run, covered_from, covered_to FROM coverage
    WHERE vantage_id = ${vantage} AND trusted AND set_id IS NOT NULL AND ${coverageCounts} AND ${isWhole}
    UNION ALL
    SELECT set_id, 0, 0, covered_from, covered_to FROM look
    WHERE vantage_id = ${vantage} AND ${lookCounts} AND ${isWhole}
  )`;
}
