import { sql } from "kysely";
import type { Entry, Period } from "../../../model/index.ts";
import { holdRule, type Tx } from "../../../platform/storage/index.ts";
import type { Change } from "../change.ts";

/** The versions that are in force at a step of the clock; 0: none. */
export interface VersionsThen {
  readonly scopeVersion: number;
  readonly baselineVersion: number;
}

/** Reads the latest versions. Until the transaction ends, nobody records another one. */
export async function versionsThen(tx: Tx): Promise<VersionsThen> {
  await holdRule(tx, "scope");
  await holdRule(tx, "baseline");
  const { rows } = await sql<VersionsThen>`
    SELECT (SELECT coalesce(max(version), 0) FROM scope_version) AS "scopeVersion",
           (SELECT coalesce(max(version), 0) FROM port_baseline_version) AS "baselineVersion"`.execute(tx);
  return rows[0] ?? { scopeVersion: 0, baselineVersion: 0 };
}

/**
 * Appends the entry of a clock that was set back, with its row: since then the record ends at its entry again. The
 * scope and the port baseline in force by then stay in force, whatever time they were recorded with.
 *
 * @param step `lastLook`, `lastSweep`: the numbers of the last look before it, and of the last sweep that had begun; `ahead`: from the time that the clock was set to, until the one that it was set back from
 */
export function bindClockStep(
  change: Change,
  entry: Entry,
  step: {
    readonly ahead: Period;
    readonly versions: VersionsThen;
    readonly lastLook: number;
    readonly lastSweep: number;
  },
  onPlaced: (index: number) => void,
): void {
  const { ahead, versions, lastLook, lastSweep } = step;
  change.bind(entry, async (index) => {
    onPlaced(index);
    await change.tx
      .insertInto("clock_step")
      .values({
        at: new Date(ahead.from),
        ahead_until: new Date(ahead.to),
        scope_version: versions.scopeVersion,
        baseline_version: versions.baselineVersion,
        entry_index: index,
        last_look: lastLook,
        last_sweep: lastSweep,
      })
      .execute();
  });
}

/** Whether the clock was set back since a sweep began that is being recorded: it has observations by both clocks. */
export async function wasRunningAtStep(tx: Tx, sweep: number): Promise<boolean> {
  const step = await tx
    .selectFrom("clock_step")
    .select("id")
    .where("last_sweep", ">=", sweep)
    .limit(1)
    .executeTakeFirst();
  return step !== undefined;
}
