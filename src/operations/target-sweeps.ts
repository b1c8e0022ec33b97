import { setTimeout as sleep } from "node:timers/promises";
import type { SweepHooks } from "../contract/index.ts";
import type { Duration, Instant } from "../model/index.ts";
import { createPlan, type Plan } from "../sensing/scanner/index.ts";
import { emptyAddressSet } from "../scope/index.ts";
import type { RecordedSweep, StoredSweep } from "../watching/sweeps/index.ts";
import { planBlocks } from "./order.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { isAllowed, isYoung, newSeed, orderFor, refuseUnlessAllowed, type SweepOperationDeps } from "./sweep.ts";

/** How often to check whether another process has ended its sweep, or has exited. */
const LOOK_AGAIN: Duration = 1_000;

/**
 * A full sweep of one scope target at its cadence. If a crash left one unfinished, it is resumed, provided that it is
 * younger than the cadence and still allowed. If another process works on one, this waits for that one instead. Returns
 * the sweeps it recorded, in order.
 */
export async function sweepTarget(
  deps: SweepOperationDeps,
  scope: ScopeInForce,
  target: string,
  hooks: SweepHooks,
): Promise<RecordedSweep[]> {
  const { resolved } = scope;
  const declared = resolved.targets.find((each) => each.target.name === target);
  const addresses = declared?.addresses ?? emptyAddressSet;
  await refuseUnlessAllowed(deps, scope, addresses, "schedule");

  const recorded: RecordedSweep[] = [];
  let waited = false;
  let resumed = false;
  const orphans = {
    which: (orphan: StoredSweep) => isFullSweepOf(orphan, target),
    mayResume: (_: StoredSweep, plan: Plan, oldest: Instant | undefined) =>
      (resumed = isYoung(deps, oldest, declared?.systemType.cadence ?? 0) && isAllowed(deps, scope, plan)),
  };
  for (;;) {
    const taken = await deps.sweeps.recover(resolved, orphans, hooks);
    if (taken !== undefined) recorded.push(taken);
    if (resumed) return recorded;
    if (taken !== undefined) continue;
    const others = await deps.sweeps.ofOthers(resolved.scope.vantage);
    if (!others.some(orphans.which)) break;
    waited = true;
    await sleep(LOOK_AGAIN);
    if (hooks.signal?.aborted === true) break;
  }
  if (waited) return recorded;
  const plan = createPlan({ blocks: planBlocks(resolved, addresses, undefined), seed: newSeed() });
  const request = { targets: [target], engine: "auto", requestedBy: "schedule" } as const;
  return [...recorded, await deps.sweeps.run(orderFor(deps, scope, plan, request, false), hooks)];
}

/** Names of the targets with a full sweep that began, has not ended, and is not being worked on by this process. */
export async function interruptedTargets(deps: SweepOperationDeps, scope: ScopeInForce): Promise<Set<string>> {
  const others = await deps.sweeps.ofOthers(scope.resolved.scope.vantage);
  return new Set(others.flatMap((other) => (other.kind === "full" ? other.targets : [])));
}

/** Ends orphaned sweeps as partial if no sweep of a target resumes them: nothing more is sent for them. */
export async function settleOrphans(deps: SweepOperationDeps, scope: ScopeInForce): Promise<RecordedSweep[]> {
  const settled: RecordedSweep[] = [];
  const names = scope.resolved.targets.map(({ target }) => target.name);
  const orphans = {
    which: (orphan: StoredSweep) => !names.some((name) => isFullSweepOf(orphan, name)),
    mayResume: () => false,
  };
  for (;;) {
    const recorded = await deps.sweeps.recover(scope.resolved, orphans, {});
    if (recorded === undefined) return settled;
    settled.push(recorded);
  }
}

function isFullSweepOf({ kind, targets }: StoredSweep, target: string): boolean {
  return kind === "full" && targets.includes(target);
}
