import type { DueTarget } from "../platform/scheduling/index.ts";
import { isPartlyLocal, type ResolvedScope } from "../scope/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { latestFullSweep } from "../watching/sweeps/index.ts";

/** The targets of a vantage point as its schedule sees them. */
export async function dueTargets(db: Db, { scope, targets, viewpoint }: ResolvedScope): Promise<DueTarget[]> {
  const { vantage } = scope;
  return await Promise.all(
    targets.map(async ({ target, systemType }) => ({
      name: target.name,
      cadence: systemType.cadence,
      lastStart: (await latestFullSweep(db, vantage, target.name))?.startedAt,
      // From elsewhere, the loopback part of the target does not exist.
      lane: { vantage, where: viewpoint.own && isPartlyLocal(target) ? "installation" : "anywhere" },
    })),
  );
}
