import { randomBytes } from "node:crypto";
import type { SweepHooks, SweepRequest, SweepResult } from "../contract/index.ts";
import { recordChange } from "../record/change/index.ts";
import { Fault, type Clock, type Duration, type Instant } from "../model/index.ts";
import { createPlan, type Engine, type Plan } from "../sensing/scanner/index.ts";
import {
  createDnsLookup,
  emptyAddressSet,
  guard,
  parsePorts,
  refusalFault,
  selectTargets,
  type AddressSet,
  type Refusal,
} from "../scope/index.ts";
import type { Store } from "../platform/storage/index.ts";
import {
  DEFAULT_PROBING,
  type ProbeParameters,
  type RecordedSweep,
  type SweepOrder,
  type Sweeps,
} from "../watching/sweeps/index.ts";
import { engineFor } from "./engine.ts";
import { planBlocks, targetsCovered } from "./order.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { toResult } from "./sweep-result.ts";

/** A sweep holds one byte per endpoint in memory; a larger one has to be split by target. */
const MOST_ENDPOINTS = 200_000_000;

/** A requested sweep has to show the present: an older journal is closed, and the sweep starts from the beginning. */
const RESUMED_BY_HAND: Duration = 10 * 60_000;

export interface SweepOperationDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly sweeps: Sweeps;
  /** Of a simulated network: the engine of every sweep. Absent: each sweep gets the best one that this machine can use. */
  readonly engine?: Pick<Engine, "name"> | undefined;
}

/** A requested sweep, over targets in words. Refusals are logged before they are thrown. */
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
  const order = orderFor(deps, scope, createPlan({ blocks, seed: newSeed() }), request, ports !== undefined);
  const resumable = await takeUpWhereACrashLeft(deps, scope, order.plan, hooks);
  const isChosen = request.engine === "auto" && deps.engine === undefined;
  const note = isChosen ? engineFor("auto", order.plan.addresses, resolved).note : undefined;
  return await toResult(resumable ?? (await deps.sweeps.run(order, hooks)), resolved, note);
}

/** Resumes an orphan that equals the requested sweep and returns its result; any other orphan ends as partial. */
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

export function isYoung(deps: SweepOperationDeps, oldest: Instant | undefined, age: Duration): boolean {
  return oldest === undefined || deps.clock.now() - oldest <= age;
}

function sameEndpoints(a: Plan, b: Plan): boolean {
  // A different seed only orders the same endpoints differently: a plan over b's blocks with a's seed equals a if they
  // are the same.
  return a.size === b.size && createPlan({ blocks: b.blocks, seed: a.seed }).digest === a.digest;
}

export function isAllowed(deps: SweepOperationDeps, scope: ScopeInForce, plan: Plan): boolean {
  return mayProbe(deps, scope, plan.addresses);
}

export function mayProbe(deps: SweepOperationDeps, scope: ScopeInForce, addresses: AddressSet): boolean {
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

export async function refuseUnlessAllowed(
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

export function orderFor(
  { engine }: Pick<SweepOperationDeps, "engine">,
  scope: ScopeInForce,
  plan: Plan,
  request: Pick<SweepRequest, "targets" | "engine" | "rate" | "requestedBy">,
  portsChosen: boolean,
): SweepOrder {
  const { resolved, version } = scope;
  if (plan.size === 0) {
    throw new Fault(
      "config-invalid",
      `There is nothing to sweep: no address is left after exclusions and name lookups${unresolvedText(resolved)}.`,
      {
        next: "Correct the targets or exclusions in portolan.yaml, or the DNS records of the names.",
      },
    );
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
    engine: (engine ?? engineFor(request.engine, plan.addresses, resolved)).name,
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

function unresolvedText({ problems }: ScopeInForce["resolved"]): string {
  const shown = problems.slice(0, 3).map(({ name, problem }) => `${name} ${problem}`);
  return shown.length === 0
    ? ""
    : `: ${shown.join(", ")}${problems.length > 3 ? ` and ${problems.length - 3} more` : ""}`;
}

export function newSeed(): string {
  return randomBytes(16).toString("hex");
}
