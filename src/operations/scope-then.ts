import type { AssetView } from "../record/history/index.ts";
import { Fault, formatInstant, type Instant, type ScopeVersion } from "../model/index.ts";
import {
  addressesOfClass,
  addressSet,
  assetAddressesAt,
  latestScope,
  resolveScope,
  scopeElsewhere,
  scopeInForce,
  seenFrom,
  viewpointsOf,
  type ResolvedScope,
} from "../scope/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { labelOf, named, viewsNow } from "./views.ts";

export interface Then {
  readonly version: ScopeVersion | undefined;
  readonly vantage: string;
  readonly views: AssetView[];
  /** The scope as seen from there; absent before the first one. */
  readonly resolved?: ResolvedScope | undefined;
}

/**
 * The scope version, vantage point and assets in force at an instant: questions about the past use the scope of that
 * time.
 */
export async function readThen(
  db: Db,
  instant: Instant,
  query: { asset?: string | undefined; vantage?: string | undefined },
): Promise<Then> {
  const version = await scopeInForce(db, instant);
  const latest = version ?? (await latestScope(db));
  const vantage = query.vantage ?? latest?.scope.vantage ?? "inside";
  if (version === undefined) return { version, vantage, views: [] };
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
  const seen = viewpoint === undefined ? resolved : seenFrom(resolved, viewpoint);
  const views = selectAsset(viewsNow(seen), query.asset);
  return { version, vantage, views, resolved: seen };
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
