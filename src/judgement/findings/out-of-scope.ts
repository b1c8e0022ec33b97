import {
  addressesOf,
  assetNameOf,
  portSubject,
  type DeviationSubject,
  type Finding,
  type Instant,
  type ProgramSubject,
} from "../../model/index.ts";
import { addressSet, type AddressSet } from "../../scope/index.ts";

/** The part of a scope version that decides which findings it covers. Hostnames never widen it. */
export interface ScopeExtent {
  readonly version: number;
  readonly recordedAt: Instant;
  readonly assets: ReadonlySet<string>;
  readonly excluded: AddressSet;
  /** By name: the targets that each declared vantage point sweeps, and the addresses that they may contain. */
  readonly vantagePoints: ReadonlyMap<string, { readonly targets: ReadonlySet<string>; readonly boundary: AddressSet }>;
}

/** Whether a version of the scope covers what a finding is about. */
export function isCovered(finding: Finding, extent: ScopeExtent): boolean {
  return placeOf(finding, extent) === "covered";
}

/**
 * The version of the scope since which nothing covers a finding; undefined while the latest version covers it, and for
 * a finding that no version ever covered: a sensor, an import or a neighbouring host reported it from outside.
 *
 * @param extents of all versions, the latest first
 */
export function fallenOut(finding: Finding, extents: readonly ScopeExtent[]): ScopeExtent | undefined {
  const places = extents.map((extent) => placeOf(finding, extent));
  const [now] = places;
  if (now === undefined || now === "covered") return undefined;
  const lastCovering = places.indexOf("covered");
  if (lastCovering > 0) return extents[lastCovering - 1];
  if (now !== "excluded") return undefined;
  const before = places.findIndex((place) => place !== "excluded");
  return extents[before < 0 ? extents.length - 1 : before - 1];
}

type Place = "covered" | "excluded" | "outside";

/** A program is where any of its endpoints is, each seen from its own vantage point. */
function placeOf({ vantage, subject }: Finding, extent: ScopeExtent): Place {
  if (subject.about !== "program") return placeFrom(vantage, subject, extent);
  const places = subject.endpoints.map(({ vantage: from, address, transport, port }) => {
    const { asset } = subject;
    const onPort = portSubject({ asset, addresses: [address], transport, port });
    return placeFrom(from, onPort, extent);
  });
  if (places.includes("covered")) return "covered";
  return places.every((place) => place === "excluded") ? "excluded" : "outside";
}

function placeFrom(
  vantage: string,
  subject: Exclude<DeviationSubject, ProgramSubject>,
  { assets, excluded, vantagePoints }: ScopeExtent,
): Place {
  const seenFrom = vantagePoints.get(vantage);
  if (seenFrom === undefined) return "outside";
  const asset = assetNameOf(subject);
  if (asset !== undefined && !assets.has(asset)) return "outside";
  switch (subject.about) {
    case "port":
    case "ports":
    case "address": {
      const addresses = addressSet(addressesOf(subject).map((address) => ({ first: address, last: address })));
      if (addresses.ranges.length === 0 || addresses.intersect(seenFrom.boundary).ranges.length > 0) return "covered";
      return addresses.subtract(excluded).ranges.length === 0 ? "excluded" : "outside";
    }
    case "target":
      return seenFrom.targets.has(subject.target) ? "covered" : "outside";
    case "asset":
    case "sensor":
      return "covered";
  }
}
