import { isStale, subjectKey, type AssetView } from "../record/history/index.ts";
import { Fault, formatInstant, type Duration, type Instant, type Scope, type ScopeVersion } from "../model/index.ts";
import {
  addressesOfClass,
  addressSet,
  assetAddressesAt,
  lastAddressChange,
  latestScope,
  resolveScope,
  scopeDocument,
  scopeElsewhere,
  scopeInForce,
  seenFrom,
  unionOf,
  viewpointsOf,
  type ResolvedScope,
} from "../scope/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { recordMark } from "../record/change/index.ts";
import { importedBy } from "../watching/sweeps/index.ts";
import { labelOf, named, viewsNow } from "./views.ts";

export interface Then {
  readonly version: ScopeVersion | undefined;
  readonly vantage: string;
  /** Those of the scope in force then, and what later versions add to them for scans that were imported afterwards. */
  readonly views: AssetView[];
  /** The scope as seen from there; absent if none was in force and nothing was imported. */
  readonly resolved?: ResolvedScope | undefined;
  /** Later scope versions, under which scans of that time were imported. */
  readonly importedUnder: readonly number[];
}

/**
 * The scope version, vantage point and assets in force at an instant: questions about the past use the scope of that
 * time. A scan that was imported later was recorded under a later scope, so that scope says which assets it scanned.
 */
export async function readThen(
  db: Db,
  instant: Instant,
  query: {
    asset?: string | undefined;
    vantage?: string | undefined;
    /** Leave out what was imported later. */
    asKnownThen?: boolean;
  },
): Promise<Then> {
  const version = await scopeInForce(db, instant);
  const latest = version ?? (await latestScope(db));
  const vantage = query.vantage ?? latest?.scope.vantage ?? "inside";
  const inForce = version === undefined ? undefined : await readScope(db, version, vantage, instant);
  const later = query.asKnownThen === true ? [] : await importScopes(db, vantage, instant, version?.version ?? 0);
  const views = [...(inForce === undefined ? [] : viewsThen(inForce))];
  for (const { resolved } of later) addViews(views, viewsNow(resolved));
  return {
    version,
    vantage,
    views: selectAsset(views, query.asset),
    resolved: inForce ?? later[0]?.resolved,
    importedUnder: later.map((each) => each.version.version),
  };
}

/** The views of a scope, made once. */
function viewsThen(resolved: ResolvedScope): readonly AssetView[] {
  const views = viewsOf.get(resolved) ?? viewsNow(resolved);
  viewsOf.set(resolved, views);
  return views;
}

const viewsOf = new WeakMap<ResolvedScope, readonly AssetView[]>();

const MOST_KNOWN = 4;
const knownThen = new Map<string, { readonly scope: Scope; readonly resolved: ResolvedScope }>();

/**
 * A version of the scope as seen from a vantage point, with the addresses that its assets had. As long as nothing is
 * recorded, they are the same for all instants between two changes.
 */
async function readScope(
  db: Db,
  version: ScopeVersion,
  vantage: string,
  instant: Instant | undefined,
): Promise<ResolvedScope> {
  const { scope } = version;
  const changed = await lastAddressChange(db, instant);
  const key = JSON.stringify([await recordMark(db), version.version, vantage, changed ?? null]);
  const before = knownThen.get(key);
  if (before?.scope === scope) return before.resolved;
  const resolved = await resolveThen(db, version, vantage, instant);
  const [oldest] = knownThen.keys();
  if (knownThen.size >= MOST_KNOWN && oldest !== undefined) knownThen.delete(oldest);
  knownThen.set(key, { scope, resolved });
  return resolved;
}

async function resolveThen(
  db: Db,
  version: ScopeVersion,
  vantage: string,
  instant: Instant | undefined,
): Promise<ResolvedScope> {
  const addresses = await assetAddressesAt(db, instant);
  const viewpoint = viewpointsOf(version.scope).find(({ name }) => name === vantage);
  const isElsewhere = viewpoint !== undefined && !viewpoint.own;
  // An answer about the past makes no name lookups: the record holds what each name resolved to at that time.
  const asked = { lookup: (): Promise<string[]> => Promise.resolve([]), ownAddresses: (): string[] => [] };
  const written = await resolveScope(isElsewhere ? scopeElsewhere(version.scope) : version.scope, asked);
  const resolved = {
    ...written,
    assets: written.assets.map((asset) => {
      const then = addressSet(addresses.get(asset.asset.name) ?? []);
      return { ...asset, addresses: isElsewhere ? then.subtract(addressesOfClass("loopback")) : then };
    }),
  };
  return viewpoint === undefined ? resolved : seenFrom(resolved, viewpoint);
}

/** Later scopes, newest first, with imports from the vantage point that were not stale at the instant. */
async function importScopes(
  db: Db,
  vantage: string,
  instant: Instant,
  after: number,
): Promise<{ readonly version: ScopeVersion; readonly resolved: ResolvedScope }[]> {
  const imports = (await importedBy(db, instant)).filter(
    (each) => each.vantage === vantage && each.scopeVersion > after,
  );
  const scopes: { version: ScopeVersion; resolved: ResolvedScope }[] = [];
  for (const { scopeVersion, endedAt } of imports) {
    const version = (await scopeDocument(db, scopeVersion))?.version;
    if (version === undefined || isStale(endedAt, longestStaleness(version.scope), instant)) continue;
    const next = await scopeDocument(db, scopeVersion + 1);
    const until = next === undefined ? undefined : next.version.recordedAt - 1;
    scopes.push({ version, resolved: await readScope(db, version, vantage, until) });
  }
  return scopes;
}

export function longestStaleness({ systemTypes }: Scope): Duration {
  return systemTypes.reduce((most, { staleness }) => Math.max(most, staleness), 0);
}

/** Adds the addresses that no view has yet: to the view of the same asset, else as a view of their own. */
function addViews(views: AssetView[], more: readonly AssetView[]): void {
  const known = unionOf(views.map(({ addresses }) => addresses));
  for (const view of more) {
    const addresses = view.addresses.subtract(known);
    if (addresses.ranges.length === 0) continue;
    const at = views.findIndex(({ subject }) => subjectKey(subject) === subjectKey(view.subject));
    const same = views[at];
    if (same === undefined) views.push({ ...view, addresses });
    else views[at] = { ...same, addresses: same.addresses.union(addresses) };
  }
}

function selectAsset(views: AssetView[], name: string | undefined): AssetView[] {
  if (name === undefined) return views;
  const selected = named(views, name);
  if (selected.length > 0) return selected;
  throw noSuchAsset(name, views);
}

export function noSuchAsset(name: string, inScope: readonly Pick<AssetView, "subject">[]): Fault {
  const labels = inScope.slice(0, 10).map(({ subject }) => labelOf(subject));
  return new Fault("not-found", `No asset named ${JSON.stringify(name)} was in scope at that time.`, {
    next: `Name one of: ${labels.join(", ") || "(none was declared)"}.`,
  });
}

/** Nobody has observed the future, and a state that is not yet stale by then would read as if somebody had. */
export function refuseFuture(instants: readonly Instant[], now: Instant): void {
  const future = instants.find((instant) => instant > now);
  if (future === undefined) return;
  throw new Fault("config-invalid", `${formatInstant(future)} is in the future; it is ${formatInstant(now)} now.`, {
    next: "Give a time in the past.",
  });
}
