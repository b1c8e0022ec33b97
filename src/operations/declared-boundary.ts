import type { Instant } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import type { DeclaredBoundary, LastScan } from "../proof/boundary/index.ts";
import { hostSights, type HostSight } from "../record/history/index.ts";
import { addressSet, emptyAddressSet, exclusionsOf, unionOf, type AddressSet } from "../scope/index.ts";
import { assetIndex } from "../watching/sweeps/index.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { viewsNow } from "./views.ts";

/**
 * The scope as it resolves now, with what its vantage points know of its addresses at an instant. Something answered if
 * it did anywhere: an address that is silent from outside is not unreachable.
 */
export async function declaredBoundary(
  db: Db,
  { resolved, others }: Pick<ScopeInForce, "resolved" | "others">,
  at: Instant,
): Promise<DeclaredBoundary & { readonly answering: AddressSet }> {
  const everywhere = [resolved, ...others];
  const sights = await Promise.all(
    everywhere.map((each) => hostSights(db, { at, vantage: each.viewpoint.name, assets: viewsNow(each) })),
  );
  const targets = everywhere.flatMap((each) => each.targets);
  const boundary = unionOf(everywhere.map((each) => each.boundary));
  const named = new Map<string, AddressSet>();
  for (const { name, addresses } of resolved.names) {
    named.set(name, (addresses ?? emptyAddressSet).intersect(boundary));
  }
  for (const { asset, addresses } of resolved.declared) named.set(asset.name.toLowerCase(), addresses);
  const assetOf = assetIndex(resolved.declared);
  return {
    boundary,
    exclusions: exclusionsOf(resolved),
    targetOf: (address) => targets.find(({ addresses }) => addresses.has(address))?.target.name,
    assetOf: (address) => assetOf(address)?.asset.name,
    addressesOf: (name) => named.get(name),
    lastScan: scanIndex(sights.flat()),
    answering: addressSet(sights.flat().filter(({ answered }) => answered)),
  };
}

/** The last scan of an address; one that something answered comes before those that nothing did. */
function scanIndex(sights: readonly HostSight[]): (address: string) => LastScan | undefined {
  const single = new Map<string, HostSight[]>();
  const ranged = sights
    .filter(({ first, last }) => first !== last)
    .map((sight) => ({ sight, addresses: addressSet([sight]) }));
  for (const sight of sights) {
    if (sight.first === sight.last) single.set(sight.first, [...(single.get(sight.first) ?? []), sight]);
  }
  return (address) => {
    const here = [
      ...(single.get(address) ?? []),
      ...ranged.flatMap(({ sight, addresses }) => (addresses.has(address) ? [sight] : [])),
    ];
    const [first] = here.sort((a, b) => Number(b.answered) - Number(a.answered) || b.scannedAt - a.scannedAt);
    return first === undefined ? undefined : { at: first.scannedAt, answered: first.answered };
  };
}
