import type { ComparedHost } from "../../judgement/baseline/index.ts";
import { assetSubject, type Deviation, type Endpoint, type ServiceIdentity } from "../../model/index.ts";
import type { Plan } from "../../sensing/scanner/index.ts";
import type { ResolvedAsset, ResolvedScope } from "../../scope/index.ts";
import type { SweepOutcome } from "./sweep-outcome.ts";

/**
 * The outcome of a sweep in the form that is compared with the port baseline: one host per probed address, and one with
 * nothing known per other address of the same assets, since a port may answer on any of them.
 */
export function comparedHosts(
  outcome: Pick<SweepOutcome, "lookedAt" | "open" | "answered" | "stateOf">,
  resolved: ResolvedScope,
  serviceOf: (endpoint: Endpoint) => ServiceIdentity | undefined = () => undefined,
): ComparedHost[] {
  const hosts: ComparedHost[] = [];
  const assetOf = assetIndex(resolved.assets);
  const seen = new Set<string>();
  for (const address of outcome.lookedAt) {
    const asset = assetOf(address);
    if (asset !== undefined) seen.add(asset.asset.name);
  }
  const elsewhere = resolved.assets
    .filter(({ asset, addresses }) => seen.has(asset.name) && addresses.size <= MOST_ADDRESSES)
    .flatMap(({ addresses }) => Array.from({ length: addresses.size }, (_, index) => addresses.at(index)));
  for (const address of new Set([...outcome.lookedAt, ...elsewhere])) {
    const target = resolved.targets.find(({ addresses }) => addresses.has(address))?.target;
    // The scope changed while the sweep was running: no target, and no owner. The history keeps it.
    if (target === undefined) continue;
    hosts.push({
      address,
      asset: assetOf(address)?.asset,
      target,
      open: outcome.open.get(address) ?? [],
      answered: outcome.answered(address),
      stateOf: (transport, port) => outcome.stateOf({ address, transport, port }),
      covers: (transport, port) => outcome.stateOf({ address, transport, port }) !== "unknown",
      serviceOf: (transport, port) => serviceOf({ address, transport, port }),
    });
  }
  return hosts;
}

/**
 * Declared assets that have no address now, because their names do not resolve, or resolve only to addresses outside
 * the boundary. No probe can find this gap, since there is nothing to probe.
 */
export function assetsWithoutAddress(resolved: ResolvedScope): Deviation[] {
  return resolved.assets
    .filter(({ addresses }) => addresses.ranges.length === 0)
    .map(({ asset }) => {
      const problems = resolved.problems.filter(({ name }) => asset.addresses.includes(name));
      const target = resolved.targets.find((each) =>
        each.target.addresses.some((text) => asset.addresses.includes(text)),
      );
      const why = problems.map(({ name, problem }) => `${name} ${problem}`).join("; ");
      return {
        kind: "coverage-gap",
        subject: assetSubject({
          asset: asset.name,
          target: target?.target.name,
          addresses: [],
          owner: asset.owner,
        }),
        summary: `${asset.name} has no address to probe: ${why === "" ? "all of its addresses are excluded" : why}`,
        endpoints: [],
      };
    });
}

/** An asset with more addresses than this is really a network: only its probed addresses are compared. */
const MOST_ADDRESSES = 4_096;

/** Finds the asset of an address: single addresses through a map, the few ranges one by one. */
export function assetIndex(assets: readonly ResolvedAsset[]): (address: string) => ResolvedAsset | undefined {
  const single = new Map<string, ResolvedAsset>();
  const ranged: ResolvedAsset[] = [];
  for (const asset of assets) {
    const ranges = asset.addresses.ranges;
    if (ranges.every(({ first, last }) => first === last)) {
      for (const { first } of ranges) if (!single.has(first)) single.set(first, asset);
    } else ranged.push(asset);
  }
  return (address) => single.get(address) ?? ranged.find(({ addresses }) => addresses.has(address));
}

/** Returns those of the given endpoints that are in the plan. */
export function inPlan(plan: Plan, endpoints: Iterable<Endpoint>): Endpoint[] {
  return [...endpoints].filter((endpoint) => plan.indexOf(endpoint) >= 0);
}
