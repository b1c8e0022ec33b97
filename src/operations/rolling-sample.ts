import type { SweepHooks } from "../contract/index.ts";
import { answeringAddresses, openEndpoints } from "../record/history/index.ts";
import { addressSet, emptyAddressSet, type AddressSet, type ResolvedScope } from "../scope/index.ts";
import { createPlan } from "../sensing/scanner/index.ts";
import type { Db } from "../platform/storage/index.ts";
import {
  mostUsedOf,
  rollingPlan,
  sliceOf,
  tcpOnly,
  type RollingPlan,
  type SampledBlock,
  type SampledTarget,
} from "../watching/rolling/index.ts";
import { rollingSoFar, type RecordedSweep } from "../watching/sweeps/index.ts";
import { membersNow } from "../watching/workers/index.ts";
import { allowedNow } from "./known-endpoints.ts";
import { planBlocks } from "./order.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { endpointsIn, pacedAddresses, pacedTargets, type PacedTarget } from "./swept-targets.ts";
import { newSeed, orderFor, refuseUnlessAllowed, type SweepOperationDeps } from "./sweep.ts";

/** An asset with more addresses than this is a network in disguise: its hosts are those that answer. */
const MOST_ADDRESSES = 256;

/** The rolling sample of a vantage point as it is in force now. */
export interface RollingSample {
  readonly plan: RollingPlan;
  readonly blocks: readonly SampledBlock[];
  /** Its latest turn; undefined before the first. */
  readonly soFar: Awaited<ReturnType<typeof rollingSoFar>>;
  readonly targets: readonly PacedTarget[];
}

/** Reads the hosts that answer, what was measured, and who shares the limits, and plans the sample by them. */
export async function rollingSample(db: Db, resolved: ResolvedScope): Promise<RollingSample> {
  const { vantage, limits } = resolved.scope;
  const [targets, soFar, members] = await Promise.all([
    pacedTargets(db, resolved),
    rollingSoFar(db, vantage),
    membersNow(db),
  ]);
  const blocks: SampledBlock[] = [];
  const sampled: SampledTarget[] = [];
  for (const each of targets) {
    const hosts = await hostsOf(db, resolved, each);
    const own = planBlocks(resolved, hosts, undefined).map(({ addresses, ports }) => ({
      target: each.name,
      addresses,
      ports: tcpOnly(ports),
    }));
    blocks.push(...own);
    sampled.push({
      ...each,
      hosts: hosts.size,
      sampled: endpointsIn(own),
      mostUsed: endpointsIn(own.map((block) => ({ ...block, ports: mostUsedOf(block.ports) }))),
    });
  }
  const processes = Math.max(1, members.length);
  const here = Math.max(1, members.filter((member) => member.vantage === vantage).length);
  const plan = rollingPlan({ limits, processes, here, tries: soFar?.tries ?? 1 }, sampled);
  return { plan, blocks, soFar, targets };
}

/**
 * The next turn of the rolling sample. A turn that was not scanned to its end is scanned again. Undefined if there is
 * nothing to scan.
 */
export async function sweepRolling(
  deps: SweepOperationDeps,
  scope: ScopeInForce,
  hooks: SweepHooks,
): Promise<RecordedSweep | undefined> {
  const { resolved } = scope;
  const { plan, blocks, soFar } = await rollingSample(deps.store.db, resolved);
  const turn = soFar === undefined ? 0 : soFar.turn + 1;
  const allowed = allowedNow(deps, scope);
  const slice = sliceOf(
    blocks.map((block) => ({ ...block, addresses: block.addresses.intersect(allowed) })),
    plan,
    turn,
  );
  if (endpointsIn(slice) === 0) return undefined;
  const scanned = createPlan({ blocks: slice, seed: newSeed() });
  await refuseUnlessAllowed(deps, scope, scanned.addresses, "schedule");
  const request = { targets: [], engine: "auto", rate: Math.ceil(plan.rate), requestedBy: "schedule" } as const;
  const order = orderFor(deps, scope, scanned, request, true);
  return await deps.sweeps.run(
    { ...order, kind: "rolling", targets: [], parameters: { ...order.parameters, turn } },
    hooks,
  );
}

/**
 * The addresses of a target where a host is: they answered its last full sweep, have an open port, or are declared as an
 * asset. Silent addresses are left to the full sweeps; this machine reports its own listeners.
 */
async function hostsOf(db: Db, resolved: ResolvedScope, { resolved: target, last }: PacedTarget): Promise<AddressSet> {
  const answered = last === undefined ? emptyAddressSet : await answeringAddresses(db, last.id);
  const open = await openEndpoints(db, { vantage: resolved.scope.vantage, addresses: target.addresses });
  const assets = resolved.assets.filter(({ addresses }) => addresses.size <= MOST_ADDRESSES);
  const hosts = assets.reduce(
    (all, { addresses }) => all.union(addresses),
    answered.union(addressSet(open.map(({ address }) => ({ first: address, last: address })))),
  );
  return pacedAddresses(resolved, hosts.intersect(target.addresses));
}
