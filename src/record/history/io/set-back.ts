import { sql } from "kysely";
import type { Instant } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import type { ServicesSetBack } from "../service-changes.ts";
import { timestamp } from "./columns.ts";
import { setServicesBack } from "./service-ends.ts";

/** The corrections after the clock was set back. */
export interface SetBack {
  /** Runs of sweeps that cover nothing since. */
  readonly runs: number;
  readonly services: readonly ServicesSetBack[];
}

/**
 * Takes back what sweeps recorded with times after `at`, because the clock ran ahead then: their runs cover nothing, and
 * every interval is as it was at that time. Imports keep the times of their files.
 *
 * The rows of coverage stay as they are. Intervals follow from coverage, so they are corrected.
 */
export async function setHistoryBack(tx: Tx, at: Instant): Promise<SetBack> {
  const step = timestamp(at);
  const { rows } = await sql<{ run: number }>`
    INSERT INTO coverage_void (sweep_id, run)
    SELECT coverage.sweep_id, coverage.run FROM coverage JOIN sweep ON sweep.id = coverage.sweep_id
    WHERE sweep.kind <> 'imported' AND coverage.covered_to > ${step}
    ON CONFLICT DO NOTHING
    RETURNING run`.execute(tx);
  await sql`
    DELETE FROM endpoint_interval AS held USING sweep
    WHERE sweep.id = held.first_sweep AND sweep.kind <> 'imported' AND lower(held.during) > ${step}`.execute(tx);
  await sql`
    UPDATE endpoint_interval AS held SET during = tstzrange(lower(held.during), NULL), last_sweep = NULL
    FROM sweep
    WHERE sweep.id = held.last_sweep AND sweep.kind <> 'imported' AND upper(held.during) > ${step}`.execute(tx);
  return { runs: rows.length, services: await setServicesBack(tx, at) };
}
