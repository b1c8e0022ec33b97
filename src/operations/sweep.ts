import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { baselineInForce } from "../judgement/baseline/index.ts";
import type { SweepHooks, SweepRequest, SweepResult } from "../contract/index.ts";
import { recordChange } from "../record/change/index.ts";
import { openEndpoints } from "../record/history/index.ts";
import { Fault, type Clock, type Duration, type Instant } from "../model/index.ts";
import { createPlan, type Plan, type PlanBlock } from "../sensing/scanner/index.ts";
import {
  createDnsLookup,
  emptyAddressSet,
  guard,
  parsePorts,
  refusalFault,
  selectTargets,
  unionOf,
  type AddressSet,
  type Refusal,
} from "../scope/index.ts";
import { boundSockets, listeningEndpoints, type BoundSocket } from "../sensing/listeners/index.ts";
import type { Store } from "../platform/storage/index.ts";
import {
  DEFAULT_PROBING,
  type ProbeParameters,
  type RecordedSweep,
  type StoredSweep,
  type SweepOrder,
  type Sweeps,
} from "../watching/sweeps/index.ts";
import { engineFor } from "./engine.ts";
import { knownBlocks, planBlocks, portsText, targetsCovered } from "./order.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { toResult } from "./sweep-result.ts";

/** One sweep holds a byte for each of its endpoints in memory; beyond this it is split by target. */
const MOST_ENDPOINTS = 200_000_000;
/** Endpoints looked at every minute, at most. */
const MOST_KNOWN = 20_000;

/** Who asks for a sweep now wants to know what is so now: an older journal is closed, and the sweep begins anew. */
const RESUMED_BY_HAND: Duration = 10 * 60_000;

/** How often it is asked whether another process has ended its sweep, or has gone. */
const LOOK_AGAIN: Duration = 1_000;

interface SweepOperationDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly sweeps: Sweeps;
}

/** A sweep that somebody asked for, over targets in words. Refusals are logged before they are thrown. */
export async function sweep(
  deps: SweepOperationDeps,
  scope: ScopeInForce,
  request: SweepRequest,
  hooks: SweepHooks,
): Promise<SweepResult> {
  const { resolved } = scope;
  const ports = request.ports === undefined ? undefined : parsePorts(request.ports);
  const selected = await select(deps, scope, request);
  const blocks = planBlocks(resolved, selected, ports);
  const order = orderFor(scope, createPlan({ blocks, seed: newSeed() }), request, ports !== undefined);
  const resumable = await takeUpWhereACrashLeft(deps, scope, order.plan, hooks);
  const note = request.engine === "auto" ? engineFor("auto", order.plan.addresses, resolved).note : undefined;
  return await toResult(resumable ?? (await deps.sweeps.run(order, hooks)), resolved, note);
}

/** The minute's look at what is expected, open or listening here; undefined when there is nothing of the kind. */
export async function sweepKnown(
  deps: SweepOperationDeps,
  scope: ScopeInForce,
  hooks: SweepHooks,
): Promise<RecordedSweep | undefined> {
  const { resolved } = scope;
  const all = allowedNow(deps, scope);
  const open = await openEndpoints(deps.store.db, { vantage: resolved.scope.vantage, addresses: all });
  const inForce = await baselineInForce(deps.store.db, deps.clock.now());
  const own = listeningEndpoints(await boundSockets(), resolved.own.intersect(all));
  const blocks = knownBlocks(
    resolved,
    all,
    [...open, ...own],
    inForce?.authorizedPorts ?? [],
    deps.clock.now(),
    MOST_KNOWN,
  );
  return await runKnown(deps, scope, blocks, "schedule", hooks);
}

/** What began or ceased to listen: on this machine, or on the one that has these addresses. */
export interface ChangedSocket {
  readonly socket: Pick<BoundSocket, "transport" | "address" | "port"> & { readonly ipv6Only?: boolean | undefined };
  readonly host?: AddressSet | undefined;
}

/** A look at where something began or ceased to listen; undefined when none of it is in scope. */
export async function sweepChanged(
  deps: SweepOperationDeps,
  scope: ScopeInForce,
  changed: readonly ChangedSocket[],
  hooks: SweepHooks,
): Promise<RecordedSweep | undefined> {
  const { resolved } = scope;
  const all = allowedNow(deps, scope);
  const endpoints = changed.flatMap(({ socket, host = resolved.own }) =>
    listeningEndpoints([socket], host.intersect(all)),
  );
  const blocks = knownBlocks(resolved, emptyAddressSet, endpoints, [], deps.clock.now(), MOST_KNOWN);
  return await runKnown(deps, scope, blocks, "sensor", hooks);
}

/** A target that may not be swept now is refused, and the refusal logged, when its own sweep is due. */
function allowedNow(deps: SweepOperationDeps, scope: ScopeInForce): AddressSet {
  return unionOf(
    scope.resolved.targets.map(({ addresses }) => addresses).filter((addresses) => mayProbe(deps, scope, addresses)),
  );
}

async function runKnown(
  deps: SweepOperationDeps,
  scope: ScopeInForce,
  blocks: readonly PlanBlock[],
  requestedBy: "schedule" | "sensor",
  hooks: SweepHooks,
): Promise<RecordedSweep | undefined> {
  if (blocks.length === 0) return undefined;
  const plan = createPlan({ blocks, seed: newSeed() });
  await refuseUnlessAllowed(deps, scope, plan.addresses, requestedBy);
  const request = { targets: [], engine: "auto", requestedBy } as const;
  return await deps.sweeps.run({ ...orderFor(scope, plan, request, true), kind: "known", targets: [] }, hooks);
}

/**
 * A full sweep of one scope target at its cadence. One that a crash left behind is gone on with, if it is younger than
 * the cadence and still allowed; while another process works on one, this waits for that one instead. What it recorded,
 * in order.
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
  return [...recorded, await deps.sweeps.run(orderFor(scope, plan, request, false), hooks)];
}

/** Names of the targets whose full sweep began and did not end, and is not being worked on by this process. */
export async function interruptedTargets(deps: SweepOperationDeps, scope: ScopeInForce): Promise<Set<string>> {
  const others = await deps.sweeps.ofOthers(scope.resolved.scope.vantage);
  return new Set(others.flatMap((other) => (other.kind === "full" ? other.targets : [])));
}

/** Ends as partial what crashes left behind and no sweep of a target takes up: nothing more is sent for it. */
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

/** An orphan that is the sweep asked for is gone on with and is the answer; any other ends as partial. */
async function takeUpWhereACrashLeft(
  deps: SweepOperationDeps,
  scope: ScopeInForce,
  wanted: Plan,
  hooks: SweepHooks,
): Promise<RecordedSweep | undefined> {
  for (;;) {
    let resumed = false;
    const recorded = await deps.sweeps.recover(
      scope.resolved,
      {
        which: () => true,
        mayResume: (_, plan, oldest) =>
          (resumed =
            sameEndpoints(plan, wanted) && isYoung(deps, oldest, RESUMED_BY_HAND) && isAllowed(deps, scope, plan)),
      },
      hooks,
    );
    if (recorded === undefined || resumed) return recorded;
  }
}

function isYoung(deps: SweepOperationDeps, oldest: Instant | undefined, age: Duration): boolean {
  return oldest === undefined || deps.clock.now() - oldest <= age;
}

function sameEndpoints(a: Plan, b: Plan): boolean {
  // The seed orders the same endpoints differently; a plan over b's blocks with a's seed is a, if they are the same.
  return a.size === b.size && createPlan({ blocks: b.blocks, seed: a.seed }).digest === a.digest;
}

function isAllowed(deps: SweepOperationDeps, scope: ScopeInForce, plan: Plan): boolean {
  return mayProbe(deps, scope, plan.addresses);
}

function mayProbe(deps: SweepOperationDeps, scope: ScopeInForce, addresses: AddressSet): boolean {
  return guard(addresses, scope.resolved, deps.clock.now()).allowed;
}

async function select(deps: SweepOperationDeps, scope: ScopeInForce, request: SweepRequest): Promise<AddressSet> {
  const { resolved } = scope;
  let selected = resolved.targets.reduce((sum, { addresses }) => sum.union(addresses), emptyAddressSet);
  if (request.targets.length > 0) {
    const selection = await selectTargets(request.targets, resolved, createDnsLookup(), deps.clock.now());
    if (!selection.allowed) return await refuse(deps, scope, selection.refusals, request.requestedBy);
    selected = selection.selection.addresses;
  }
  await refuseUnlessAllowed(deps, scope, selected, request.requestedBy);
  return selected;
}

async function refuseUnlessAllowed(
  deps: SweepOperationDeps,
  scope: ScopeInForce,
  addresses: AddressSet,
  by: string,
): Promise<void> {
  const decision = guard(addresses, scope.resolved, deps.clock.now());
  if (!decision.allowed) await refuse(deps, scope, decision.refusals, by);
}

async function refuse(
  deps: SweepOperationDeps,
  scope: ScopeInForce,
  refusals: readonly Refusal[],
  requestedBy: string,
): Promise<never> {
  const at = deps.clock.now();
  await recordChange(deps, at, (change) =>
    change.append({
      type: "sweep-refused",
      at,
      data: {
        requestedBy,
        scopeVersion: scope.version.version,
        refusals: refusals.slice(0, 100).map(({ target, rule, reason }) => ({ target, rule, reason })),
        refused: refusals.length,
      },
    }),
  );
  throw refusalFault(refusals);
}

function orderFor(
  scope: ScopeInForce,
  plan: Plan,
  request: Pick<SweepRequest, "targets" | "engine" | "rate" | "requestedBy">,
  portsChosen: boolean,
): SweepOrder {
  const { resolved, version } = scope;
  if (plan.size === 0) {
    throw new Fault("config-invalid", "There is nothing to sweep: no address is left after exclusions and look-ups.", {
      next: "Check the targets in portolan.yaml; portolan status shows which hostnames do not resolve.",
    });
  }
  if (plan.size > MOST_ENDPOINTS) {
    throw new Fault("config-invalid", `One sweep of ${plan.size} endpoints is more than ${MOST_ENDPOINTS}.`, {
      next: "Name fewer targets or ports, or split the target in portolan.yaml.",
    });
  }
  const { limits } = resolved.scope;
  const covered = portsChosen ? [] : targetsCovered(resolved, plan);
  return {
    kind: covered.length > 0 ? "full" : "requested",
    targets: covered,
    plan,
    ports: portsText(plan.blocks),
    engine: engineFor(request.engine, plan.addresses, resolved).name,
    parameters: {
      ...DEFAULT_PROBING,
      rate: Math.min(request.rate ?? limits.rate, limits.rate),
      perHostRate: limits.perHostRate,
    } satisfies ProbeParameters,
    resolved,
    scopeVersion: version.version,
    requestedBy: request.requestedBy,
  };
}

function newSeed(): string {
  return randomBytes(16).toString("hex");
}
