import {
  applyFindings,
  fallenOut,
  isCovered,
  listFindings,
  type Applied,
  type ScopeExtent,
} from "../judgement/findings/index.ts";
import { OPEN_STATUSES, type Clock, type ScopeVersion } from "../model/index.ts";
import type { Db, Store } from "../platform/storage/index.ts";
import { recordChange, type Change } from "../record/change/index.ts";
import type { SigningKey } from "../record/evidence/index.ts";
import {
  ownAddresses,
  pageOfScopes,
  parseTarget,
  resolveScope,
  scopeElsewhere,
  seenFrom,
  viewpointsOf,
  type AddressSet,
  type ResolvedScope,
  type Viewpoint,
} from "../scope/index.ts";
import { contradictedScope } from "./signed-scope.ts";

/**
 * Ends the open findings that no version covers any more, each dated with the version that left it out. None, if a
 * version contradicts its entry. `recording`: the version that the same change records.
 */
export async function endWhatLeftTheScope(change: Change, recording?: number): Promise<Applied[]> {
  const ended: Applied[] = [];
  const all = await leaving(change.tx);
  if (all.length === 0 || (await contradictedScope(change.tx, recording)) !== undefined) return [];
  for (const [{ version, recordedAt }, those] of Map.groupBy(all, ({ since }) => since)) {
    for (const [vantage, here] of Map.groupBy(those, (each) => each.vantage)) {
      const gone = here.map(({ fingerprint }) => ({ fingerprint, scopeVersion: version }));
      ended.push(await applyFindings(change, { vantage, gone, at: recordedAt }));
    }
  }
  return ended;
}

/** The same in a change of its own, for findings of a sweep that began before the scope changed. */
export async function settleScope(deps: {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  readonly key: SigningKey;
}): Promise<Applied[]> {
  if ((await leaving(deps.store.db)).length === 0) return [];
  return await recordChange(deps, deps.clock.now(), (change) => endWhatLeftTheScope(change));
}

interface Leaving {
  readonly fingerprint: string;
  readonly vantage: string;
  readonly since: ScopeExtent;
}

async function leaving(db: Db): Promise<Leaving[]> {
  const open = await listFindings(db, { status: OPEN_STATUSES });
  const [latest] = await pageOfScopes(db, { limit: 1 });
  if (open.length === 0 || latest === undefined) return [];
  const now = await extentOf(latest);
  // A finding that the latest version does not cover is rare, and only then the earlier ones are read.
  const uncovered = open.filter((finding) => !isCovered(finding, now));
  if (uncovered.length === 0) return [];
  const earlier = await pageOfScopes(db, { below: latest.version, limit: latest.version });
  const extents = [now, ...(await Promise.all(earlier.map(extentOf)))];
  return uncovered.flatMap((finding) => {
    const since = fallenOut(finding, extents);
    return since === undefined ? [] : [{ fingerprint: finding.fingerprint, vantage: finding.vantage, since }];
  });
}

/** Names are not looked up: an address of a hostname counts only where a target declares its range. */
async function extentOf({ version, recordedAt, scope }: ScopeVersion): Promise<ScopeExtent> {
  const asWritten = { lookup: (): Promise<string[]> => Promise.resolve([]), ownAddresses };
  const [own, ...others] = viewpointsOf(scope);
  const here = await resolveScope(scope, asWritten);
  const elsewhere = await resolveScope(scopeElsewhere(scope), { ...asWritten, installation: ownAddresses() });
  const views = [[own, here] as const, ...others.map((viewpoint) => [viewpoint, elsewhere] as const)];
  return {
    version,
    recordedAt,
    assets: new Set(scope.assets.map(({ name }) => name)),
    excluded: here.excluded,
    vantagePoints: new Map(views.map(([viewpoint, resolved]) => [viewpoint.name, swept(resolved, viewpoint)])),
  };
}

/** Targets of hostnames may contain any address of the boundary. */
function swept(whole: ResolvedScope, viewpoint: Viewpoint): { targets: ReadonlySet<string>; boundary: AddressSet } {
  const { targets, boundary } = seenFrom(whole, viewpoint);
  const hasNames = targets.some(({ target }) => target.addresses.some((text) => parseTarget(text).kind === "hostname"));
  return {
    targets: new Set(targets.map(({ target }) => target.name)),
    boundary: hasNames ? whole.boundary : boundary,
  };
}
