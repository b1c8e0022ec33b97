import { signWhatIsDue } from "./checkpoints.ts";
import { createSweepKnown } from "./known-endpoints.ts";
import { settleScope } from "./leave-scope.ts";
import { openMissedWindows } from "./monitoring-gaps.ts";
import type { OperationDeps } from "./operation-deps.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { sweepTarget } from "./target-sweeps.ts";

/** What the schedule does, one turn at a time, for a caller that keeps the time itself: a simulated world. */
export interface Turns {
  /** A full sweep of a target. */
  target(name: string): Promise<void>;
  /** The sweep of every minute over known endpoints. */
  known(): Promise<void>;
  /** Findings about missed windows and about what left the scope, and the checkpoint of the hour. */
  windows(): Promise<void>;
}

export function createTurns(deps: OperationDeps): Turns {
  let latest: ScopeInForce | undefined;
  const scope = async (): Promise<ScopeInForce> => (latest = await deps.scopeAsRecorded());
  const sweepKnown = createSweepKnown(deps);
  return {
    async target(name) {
      await sweepTarget(deps, await scope(), name, {});
    },
    async known() {
      await sweepKnown(await scope(), {});
    },
    async windows() {
      await openMissedWindows(deps, latest ?? (await scope()));
      await settleScope(deps);
      await signWhatIsDue(deps);
    },
  };
}
