import type { Deviation } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import type { ResolvedScope } from "../../../scope/index.ts";
import { missedSweep } from "../missed-sweep.ts";
import { latestFullSweep, type StoredSweep } from "./stored-sweeps.ts";

/**
 * The missed windows of the targets that this sweep covers. The monitoring loop usually finds them first. A sweep that
 * starts earlier must not erase them.
 */
export async function missedBefore(tx: Tx, sweep: StoredSweep, resolved: ResolvedScope): Promise<Deviation[]> {
  const missed: Deviation[] = [];
  for (const { target, systemType } of resolved.targets) {
    if (!sweep.targets.includes(target.name)) continue;
    const previous = await latestFullSweep(tx, sweep.vantage, target.name);
    if (previous === undefined) continue;
    const deviation = missedSweep(target, systemType, previous.startedAt, sweep.startedAt, resolved.viewpoint);
    if (deviation !== undefined) missed.push(deviation);
  }
  return missed;
}
