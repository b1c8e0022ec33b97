import type { AuthorizedPort, Endpoint, Instant } from "../model/index.ts";
import { createAuthorizer } from "../judgement/baseline/index.ts";
import type { Plan, PlanBlock } from "../sensing/scanner/index.ts";
import {
  addressSet,
  parsePorts,
  portSet,
  unionOf,
  type AddressSet,
  type PortSet,
  type ResolvedAsset,
  type ResolvedScope,
  type ResolvedTarget,
} from "../scope/index.ts";

/**
 * The endpoints to probe at the selected addresses: each asset with the ports of its own system type, the rest of each
 * target with those of the target. With `ports`, these ports everywhere.
 */
export function planBlocks(resolved: ResolvedScope, selected: AddressSet, ports: PortSet | undefined): PlanBlock[] {
  const blocks = resolved.targets.flatMap((target) => targetBlocks(resolved, target, ports));
  return alike(blocks).flatMap((block) => {
    const addresses = block.addresses.intersect(selected);
    return addresses.ranges.length === 0 ? [] : [{ addresses, ports: block.ports }];
  });
}

/** Blocks with the same ports as one: an inventory of single hosts would have as many blocks as hosts. */
function alike(blocks: readonly PlanBlock[]): PlanBlock[] {
  return [...Map.groupBy(blocks, ({ ports }) => ports.format()).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, addresses: unionOf(same.map(({ addresses }) => addresses)) }];
  });
}

function targetBlocks(resolved: ResolvedScope, target: ResolvedTarget, ports: PortSet | undefined): PlanBlock[] {
  const blocks: PlanBlock[] = [];
  let rest = target.addresses;
  for (const asset of resolved.assets) {
    const addresses = rest.intersect(asset.addresses);
    if (addresses.ranges.length === 0) continue;
    rest = rest.subtract(addresses);
    blocks.push({ addresses, ports: ports ?? portsOf(asset) });
  }
  if (rest.ranges.length > 0) blocks.push({ addresses: rest, ports: ports ?? portsOf(target) });
  return blocks;
}

/** The ports that a full sweep of the asset or target covers. */
export function portsOf({ systemType }: ResolvedAsset | ResolvedTarget): PortSet {
  const known = portsOfType.get(systemType) ?? parsePorts(systemType.ports);
  portsOfType.set(systemType, known);
  return known;
}

/** A scope has many assets and few system types. */
const portsOfType = new WeakMap<ResolvedAsset["systemType"], PortSet>();

/** Names of the scope targets that the plan covers completely: every address, and every port of their system types. */
export function targetsCovered(resolved: ResolvedScope, plan: Plan): string[] {
  return resolved.targets
    .filter((target) => {
      const blocks = alike(targetBlocks(resolved, target, undefined));
      return blocks.length > 0 && blocks.every((block) => coversBlock(plan, block));
    })
    .map(({ target }) => target.name);
}

function coversBlock(plan: Plan, block: PlanBlock): boolean {
  let addresses = block.addresses;
  for (const planned of plan.blocks) {
    if (isWithin(block.ports, planned.ports)) addresses = addresses.subtract(planned.addresses);
  }
  return addresses.ranges.length === 0;
}

function isWithin(inner: PortSet, outer: PortSet): boolean {
  return inner.subtract(outer).size === 0;
}

/** An asset with more addresses than this is a network in disguise; its expected ports are left to the full sweeps. */
const MOST_ADDRESSES = 256;

/**
 * The endpoints that are swept every minute: the open and listening ones, and those that the port baseline expects on
 * the declared assets, all of them `within` the addresses that may be probed. At most `limit`; expectations of whole
 * ranges are left to the full sweeps.
 */
export function knownBlocks(
  resolved: ResolvedScope,
  within: AddressSet,
  open: readonly Endpoint[],
  authorized: readonly AuthorizedPort[],
  now: Instant,
  limit: number,
): PlanBlock[] {
  const byAddress = new Map<string, PortSet>();
  let count = 0;
  const add = (address: string, ports: PortSet): void => {
    const before = byAddress.get(address);
    const after = before === undefined ? ports : before.union(ports);
    const more = after.size - (before?.size ?? 0);
    if (count + more > limit) return;
    count += more;
    byAddress.set(address, after);
  };

  for (const { address, transport, port } of open) add(address, onePort(transport, port, port));
  const authorizer = createAuthorizer(authorized, {
    now,
    vantage: resolved.scope.vantage,
    viewpoint: resolved.viewpoint,
  });
  for (const { asset, addresses: declared } of resolved.assets) {
    const addresses = declared.intersect(within);
    if (addresses.size > MOST_ADDRESSES) continue;
    for (let index = 0; index < addresses.size; index += 1) {
      const address = addresses.at(index);
      // Only selectors by asset matter here, and the asset itself has the system type and tags.
      for (const port of authorizer.on({ address, asset, target: asset }).expected) {
        add(address, onePort(port.transport, ...port.ports));
      }
    }
  }
  return alike(
    [...byAddress].map(([address, ports]) => ({ addresses: addressSet([{ first: address, last: address }]), ports })),
  );
}

function onePort(transport: "tcp" | "udp", first: number, last: number): PortSet {
  return portSet(transport === "tcp" ? { tcp: [[first, last]], udp: [] } : { tcp: [], udp: [[first, last]] });
}
