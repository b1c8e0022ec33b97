import type { SystemType } from "../model/index.ts";
import { unionOf } from "./address-set.ts";
import type { ResolvedScope } from "./resolve.ts";
import type { Viewpoint } from "./viewpoint.ts";

/**
 * What the vantage point has to do with a scope: the targets it looks at, at its cadence, and the assets in them. The
 * boundary ends where those targets do, so that the guard refuses the others.
 */
export function seenFrom(resolved: ResolvedScope, viewpoint: Viewpoint): ResolvedScope {
  const { scope } = resolved;
  const systemTypes = scope.systemTypes.map((each) => atCadence(each, viewpoint.cadence));
  const looksAt = (name: string): boolean => viewpoint.targets?.includes(name) ?? true;
  const targets = resolved.targets
    .filter(({ target }) => looksAt(target.name))
    .map((each) => ({ ...each, systemType: atCadence(each.systemType, viewpoint.cadence) }));
  const within = unionOf(targets.map(({ addresses }) => addresses));
  // An asset without any address now may belong to a target that is looked at; it is a gap there.
  const names = new Set(targets.flatMap(({ target }) => target.addresses));
  const assets = resolved.assets.flatMap((each) => {
    // All of what its targets are written as is looked at, so all of it is: of the past, what a name meant then as well.
    const isWhole = viewpoint.targets === undefined || each.asset.addresses.every((text) => names.has(text));
    const addresses = isWhole ? each.addresses : each.addresses.intersect(within);
    const isHere =
      addresses.ranges.length > 0 ||
      (each.addresses.ranges.length === 0 && each.asset.addresses.some((text) => names.has(text)));
    const systemType = atCadence(each.systemType, viewpoint.cadence);
    return isHere || viewpoint.targets === undefined ? [{ ...each, addresses, systemType }] : [];
  });
  return {
    ...resolved,
    viewpoint,
    scope: {
      ...scope,
      vantage: viewpoint.name,
      systemTypes,
      targets: scope.targets.filter(({ name }) => looksAt(name)),
      assets: assets.map(({ asset }) => asset),
    },
    targets,
    assets,
    boundary: resolved.boundary.intersect(within),
  };
}

function atCadence(systemType: SystemType, cadence: number | undefined): SystemType {
  if (cadence === undefined) return systemType;
  return { ...systemType, cadence, staleness: Math.max(systemType.staleness, 2 * cadence) };
}
