import { addressesOfClass, type AddressSet, type ResolvedScope, type ResolvedTarget } from "../scope/index.ts";
import type { Db } from "../platform/storage/index.ts";
import type { PlanBlock } from "../sensing/scanner/index.ts";
import type { SweptTarget } from "../watching/rolling/index.ts";
import { latestFullSweep, type StoredSweep } from "../watching/sweeps/index.ts";
import { planBlocks } from "./order.ts";

/** A target with its last full sweep, as the pace sees it. */
export interface PacedTarget extends SweptTarget {
  readonly resolved: ResolvedTarget;
  readonly last: StoredSweep | undefined;
}

/** The targets of a vantage point with what their full sweeps send into the network. */
export async function pacedTargets(db: Db, resolved: ResolvedScope): Promise<PacedTarget[]> {
  return await Promise.all(
    resolved.targets.map(async (each) => {
      const last = await latestFullSweep(db, resolved.scope.vantage, each.target.name);
      return { ...sweptTarget(resolved, each), resolved: each, last, tries: triesOf(last) };
    }),
  );
}

/** A target as declared, before anything was measured. */
export function sweptTarget(resolved: ResolvedScope, { target, systemType, addresses }: ResolvedTarget): SweptTarget {
  const blocks = planBlocks(resolved, pacedAddresses(resolved, addresses), undefined);
  return {
    name: target.name,
    cadence: systemType.cadence,
    endpoints: endpointsIn(blocks),
    portsOfAHost: blocks.reduce((most, { ports }) => Math.max(most, ports.size), 0),
  };
}

/** Without this machine's own addresses: no pace holds there, as nothing leaves the machine. */
export function pacedAddresses({ own }: ResolvedScope, addresses: AddressSet): AddressSet {
  return addresses.subtract(own.union(addressesOfClass("loopback")));
}

export function endpointsIn(blocks: readonly PlanBlock[]): number {
  return blocks.reduce((sum, { addresses, ports }) => sum + addresses.size * ports.size, 0);
}

/** Tries per endpoint, from 1. */
function triesOf(sweep: StoredSweep | undefined): number {
  return sweep?.engineReport === undefined ? 1 : Math.max(1, sweep.engineReport.sent / sweep.planned);
}
