import { baselineInForce } from "../judgement/baseline/index.ts";
import type { SweepHooks } from "../contract/index.ts";
import type { Instant } from "../model/index.ts";
import { recordMark } from "../record/change/index.ts";
import { openEndpoints } from "../record/history/index.ts";
import { createPlan, type PlanBlock } from "../sensing/scanner/index.ts";
import { emptyAddressSet, unionOf, type AddressSet } from "../scope/index.ts";
import { boundSockets, listeningEndpoints, type BoundSocket } from "../sensing/listeners/index.ts";
import type { RecordedSweep } from "../watching/sweeps/index.ts";
import { knownBlocks } from "./order.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { mayProbe, newSeed, orderFor, refuseUnlessAllowed, type SweepOperationDeps } from "./sweep.ts";

/**
 * Sweeps of single endpoints, in addition to those of whole targets: the known endpoints, and those that just changed.
 */

/** The most endpoints to sweep every minute. */
const MOST_KNOWN = 20_000;

/**
 * The sweep that runs every minute, over endpoints that are expected, open, or listening on this machine. Undefined if
 * there are none.
 */
export type SweepKnown = (scope: ScopeInForce, hooks: SweepHooks) => Promise<RecordedSweep | undefined>;

/** Which endpoints these are follows from the record: it is read again once the record, the scope or a listener changed. */
export function createSweepKnown(deps: SweepOperationDeps): SweepKnown {
  const { store, clock } = deps;
  let latest: { readonly from: readonly unknown[]; readonly until: Instant; readonly blocks: PlanBlock[] } | undefined;

  async function blocksNow({ resolved }: ScopeInForce, all: AddressSet): Promise<PlanBlock[]> {
    const now = clock.now();
    const own = listeningEndpoints(await boundSockets(), resolved.own.intersect(all));
    const from = [resolved, await recordMark(store.db), JSON.stringify([all.ranges, own])];
    if (latest !== undefined && now < latest.until && from.every((each, place) => each === latest?.from[place])) {
      return latest.blocks;
    }
    const open = await openEndpoints(store.db, { vantage: resolved.scope.vantage, addresses: all });
    const authorized = (await baselineInForce(store.db, now))?.authorizedPorts ?? [];
    const blocks = knownBlocks(resolved, all, [...open, ...own], authorized, now, MOST_KNOWN);
    const ends = authorized.flatMap(({ expires }) => (expires !== undefined && expires > now ? [expires] : []));
    latest = { from, until: ends.reduce((first, end) => Math.min(first, end), Infinity), blocks };
    return blocks;
  }

  return async (scope, hooks) =>
    await runKnown(deps, scope, await blocksNow(scope, allowedNow(deps, scope)), "schedule", hooks);
}

/** A socket that began or stopped listening: on this machine, or on the one that has these addresses. */
export interface ChangedSocket {
  readonly socket: Pick<BoundSocket, "transport" | "address" | "port"> & { readonly ipv6Only?: boolean | undefined };
  readonly host?: AddressSet | undefined;
}

/** A sweep of the endpoints where something began or stopped listening. Undefined if none of them is in scope. */
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

/**
 * Leaves out targets that may not be swept now: they are refused, and the refusal is logged, when their own sweep is
 * due.
 */
export function allowedNow(deps: SweepOperationDeps, scope: ScopeInForce): AddressSet {
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
  return await deps.sweeps.run({ ...orderFor(deps, scope, plan, request, true), kind: "known", targets: [] }, hooks);
}
