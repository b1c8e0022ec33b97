import type { SystemType } from "../model/index.ts";
import { unionOf } from "./address-set.ts";
import type { ResolvedScope } from "./resolve.ts";
import type { Viewpoint } from "./viewpoint.ts";

/**
 * The part of a scope that a vantage point sweeps: its targets, at its cadence, and the assets in them. The boundary
 * ends with those targets, so the guard refuses all others.
 */
export function seenFrom(resolved: ResolvedScope, viewpoint: Viewpoint): ResolvedScope {
  const key = JSON.stringify(viewpoint);
  const seen = seenScopes.get(resolved) ?? new Map<string, ResolvedScope>();
  seenScopes.set(resolved, seen);
  const part = seen.get(key) ?? partSeenFrom(resolved, viewpoint);
  seen.set(key, part);
  return part;
}

/** The same for the same: a scope is seen every minute. */
const seenScopes = new WeakMap<ResolvedScope, Map<string, ResolvedScope>>();

function partSeenFrom(resolved: ResolvedScope, viewpoint: Viewpoint): ResolvedScope {
  const { scope } = resolved;
  const systemTypes = scope.systemTypes.map((each) => atCadence(each, viewpoint.cadence));
  const looksAt = (name: string): boolean => viewpoint.targets?.includes(name) ?? true;
  const targets = resolved.targets
    .filter(({ target }) => looksAt(target.name))
    .map((each) => ({ ...each, systemType: atCadence(each.systemType, viewpoint.cadence) }));
  const within = unionOf(targets.map(({ addresses }) => addresses));
  // An asset without any address now may belong to a swept target; it is a gap there.
  const names = new Set(targets.flatMap(({ target }) => target.addresses));
  const assets = resolved.assets.flatMap((each) => {
    // Every address its targets are written with is swept, so all of them count; for the past, the former addresses of
    // names as well.
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
