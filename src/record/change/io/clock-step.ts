import { sql } from "kysely";
import type { Entry, Period } from "../../../model/index.ts";
import type { Change } from "../change.ts";

/**
 * Appends the entry of a clock that was set back, with its row: since then the record ends at its entry again. The
 * scope and the port baseline in force by then stay in force, whatever time they were recorded with.
 *
 * @param lastLook the number of the last look before the step
 * @param ahead from the time that the clock was set to, until the one that it was set back from
 */
export function bindClockStep(
  change: Change,
  entry: Entry,
  ahead: Period,
  lastLook: number,
  onPlaced: (index: number) => void,
): void {
  change.bind(entry, async (index) => {
    onPlaced(index);
    await change.tx
      .insertInto("clock_step")
      .values({
        at: new Date(ahead.from),
        ahead_until: new Date(ahead.to),
        scope_version: sql<number>`(SELECT coalesce(max(version), 0) FROM scope_version)`,
        baseline_version: sql<number>`(SELECT coalesce(max(version), 0) FROM port_baseline_version)`,
        entry_index: index,
        last_look: lastLook,
      })
      .execute();
  });
}
