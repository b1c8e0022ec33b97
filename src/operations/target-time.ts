import type { Period } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { allOf, anyOf } from "../proof/continuity/index.ts";
import { gapsIn, type ViewSubject } from "../record/history/index.ts";
import type { ResolvedScope, ResolvedTarget } from "../scope/index.ts";
import type { ViewsDuring } from "./views-during.ts";

/** What of a period a target was in scope, was to be scanned, and was not known. Each list is disjoint and in order. */
export interface TargetTime {
  readonly inScope: readonly Period[];
  /** Any address of it was left by the exclusions. */
  readonly wanted: readonly Period[];
  /** Some endpoint of it was not known. */
  readonly gaps: readonly Period[];
  /** None was. */
  readonly dark: readonly Period[];
  /** The gaps of each asset in it, and of its undeclared hosts. */
  readonly bySubject: readonly { readonly subject: ViewSubject; readonly gaps: readonly Period[] }[];
  /** The reasons of the scope's exclusions. */
  readonly exclusions: readonly string[];
}

const NEVER: TargetTime = { inScope: [], wanted: [], gaps: [], dark: [], bySubject: [], exclusions: [] };

/** Every target that was in scope at some time, by name. */
export async function targetsDuring(
  db: Db,
  vantage: string,
  parts: readonly ViewsDuring[],
): Promise<ReadonlyMap<string, TargetTime>> {
  const targets = new Map<string, TargetTime>();
  for (const part of parts) {
    for (const each of part.resolved?.targets ?? []) {
      const { name } = each.target;
      const time = await timeOf(db, vantage, part, each);
      targets.set(name, joined(targets.get(name) ?? NEVER, time));
    }
  }
  return targets;
}

async function timeOf(
  db: Db,
  vantage: string,
  { from, to, views, resolved }: ViewsDuring,
  { addresses }: ResolvedTarget,
): Promise<TargetTime> {
  const inScope = [{ from, to }];
  if (addresses.ranges.length === 0) return { ...NEVER, inScope, exclusions: exclusionsOf(resolved) };
  const assets = views
    .map((view) => ({ ...view, addresses: view.addresses.intersect(addresses) }))
    .filter((view) => view.addresses.ranges.length > 0);
  const found = await gapsIn(db, { from, to, vantage, assets });
  return {
    inScope,
    wanted: inScope,
    gaps: anyOf(found.map(({ gaps }) => gaps)),
    dark: allOf(found.map(({ dark }) => dark)),
    bySubject: found,
    exclusions: [],
  };
}

function exclusionsOf(resolved: ResolvedScope | undefined): string[] {
  return [...new Set(resolved?.scope.exclusions.map(({ reason }) => reason))];
}

function joined(before: TargetTime, next: TargetTime): TargetTime {
  return {
    inScope: anyOf([before.inScope, next.inScope]),
    wanted: anyOf([before.wanted, next.wanted]),
    gaps: anyOf([before.gaps, next.gaps]),
    dark: anyOf([before.dark, next.dark]),
    bySubject: [...before.bySubject, ...next.bySubject],
    exclusions: [...new Set([...before.exclusions, ...next.exclusions])],
  };
}
