import { contains, parseRange, type AddressRange, type AddressValue } from "../addresses.ts";
import type { AssetAddresses, DeclaredAsset, ScopeDocument } from "./documents.ts";
import type { RecordedScope } from "./facts.ts";
import type { BundleRecord } from "./verify.ts";

/** The scope in force at an instant. */
export interface ScopeThen {
  readonly recorded: RecordedScope;
  /** Absent: the bundle does not have its text. */
  readonly document: ScopeDocument | undefined;
}

/** The last of a list whose `at` is not after the instant. */
export function inForce<T extends { readonly at: number }>(versions: readonly T[], at: number): T | undefined {
  return versions.findLast((version) => version.at <= at);
}

export function scopeThen({ facts, documents }: BundleRecord, at: number): ScopeThen | undefined {
  const recorded = inForce(facts.scopes, at);
  if (recorded === undefined) return undefined;
  return { recorded, document: documents.scopes.get(recorded.version) };
}

/** Addresses of an asset at an instant, and whether the signed scope states them itself. */
export interface AddressesThen {
  readonly ranges: readonly AddressRange[];
  /** False: a name was resolved, and the log does not bind to which addresses. */
  readonly stated: boolean;
}

export function addressesThen({ documents }: BundleRecord, asset: DeclaredAsset, at: number): AddressesThen {
  const written = asset.written.flatMap((text) => parseRange(text) ?? []);
  const resolved = documents.addresses.get(asset.name)?.findLast(({ since }: AssetAddresses) => since <= at);
  if (resolved === undefined || written.length === asset.written.length) return { ranges: written, stated: true };
  const ranges = resolved.ranges;
  const stated = ranges.every((range) => written.some((each) => within(range, each)));
  return { ranges, stated };
}

function within(inner: AddressRange, outer: AddressRange): boolean {
  return inner.family === outer.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** The declared asset with an address; else the target that contains it, as an undeclared host. */
export function ownerOf(
  record: BundleRecord,
  scope: ScopeThen,
  address: AddressValue,
  at: number,
): DeclaredAsset | undefined {
  const { assets = [], targets = [] } = scope.document ?? {};
  const has = (asset: DeclaredAsset): boolean =>
    addressesThen(record, asset, at).ranges.some((range) => contains(range, address));
  return assets.find(has) ?? targets.find(({ written }) => written.some((text) => isIn(address, text)));
}

/** How long a sweep from a vantage point counts. A vantage point with a slower cadence is given twice that time. */
export function stalenessFrom(scope: ScopeThen, asset: DeclaredAsset, vantage: string): number {
  const cadence = scope.document?.cadences.get(vantage);
  const { staleness } = asset.systemType;
  return cadence === undefined ? staleness : Math.max(staleness, 2 * cadence);
}

function isIn(address: AddressValue, text: string): boolean {
  const range = parseRange(text);
  return range !== undefined && contains(range, address);
}
