import type { StatusResult } from "../contract/index.ts";
import { formatInstant, type Instant, type ScopeVersion } from "../model/index.ts";
import { missedWindow } from "../platform/scheduling/index.ts";
import type { ResolvedScope } from "../scope/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { lastSweepEnd, latestFullSweep } from "../watching/sweeps/index.ts";
import { sampleStatus } from "./sample-status.ts";
import { membersNow } from "../watching/workers/index.ts";

type VantageStatus = NonNullable<StatusResult["vantagePoints"]>[number];

/** The processes that work at each vantage point now, the end of its last sweep, and its late targets. */
export async function vantageStatus(
  db: Db,
  views: readonly ResolvedScope[],
  version: ScopeVersion,
  now: Instant,
): Promise<VantageStatus[]> {
  const members = await membersNow(db);
  return await Promise.all(
    views.map(async (resolved): Promise<VantageStatus> => {
      const { viewpoint, targets } = resolved;
      const sample = await sampleStatus(db, resolved, now);
      const overdue: string[] = [];
      for (const { target, systemType } of targets) {
        const last = await latestFullSweep(db, viewpoint.name, target.name);
        if (missedWindow(last?.startedAt, version.recordedAt, systemType.cadence, now) !== undefined)
          overdue.push(target.name);
      }
      const lastWorked = await lastSweepEnd(db, viewpoint.name);
      return {
        name: viewpoint.name,
        kind: viewpoint.kind,
        own: viewpoint.own,
        targets: targets.length,
        ...(lastWorked === undefined ? {} : { lastWorked: formatInstant(lastWorked) }),
        overdue,
        ...(sample === undefined ? {} : { sample }),
        workers: members
          .filter(({ vantage }) => vantage === viewpoint.name)
          .map(({ id, kind, machine, pid, joinedAt, seenAt, skew }) => ({
            id,
            kind,
            machine,
            pid,
            joinedAt: formatInstant(joinedAt),
            seenAt: formatInstant(seenAt),
            skew,
          })),
      };
    }),
  );
}
