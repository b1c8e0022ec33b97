import type { Instant } from "../../model/index.ts";
import { addressSet, type AddressSet, type ExcludedAddresses } from "../../scope/index.ts";
import type { SourceRecord } from "./source-record.ts";

/**
 * The disposition of an address or name that a source knows, exactly one for each:
 *
 * - `scanned`: declared, scanned within the staleness of its system type, and something answered
 * - `unreachable`: the same, and nothing answered
 * - `declared`: declared, and not scanned in that time
 * - `excluded`: the scope excludes it
 * - `discovered`: the scope does not declare it
 */
export const BOUNDARY_DISPOSITIONS = ["scanned", "unreachable", "declared", "excluded", "discovered"] as const;
export type BoundaryDisposition = (typeof BOUNDARY_DISPOSITIONS)[number];

/** The last scan of an address. */
export interface LastScan {
  readonly at: Instant;
  readonly answered: boolean;
}

/** The scope, and what is known of its addresses. */
export interface DeclaredBoundary {
  readonly boundary: AddressSet;
  readonly exclusions: readonly ExcludedAddresses[];
  targetOf(address: string): string | undefined;
  assetOf(address: string): string | undefined;
  /** The addresses of a declared asset or hostname, by its name in lower case; undefined: nothing has that name. */
  addressesOf(name: string): AddressSet | undefined;
  /** Undefined: not scanned within the staleness. */
  lastScan(address: string): LastScan | undefined;
}

export interface BoundarySource {
  readonly name: string;
  readonly records: readonly SourceRecord[];
}

/** An address with all that the sources say of it, or a name to which none gives an address. */
export interface BoundaryLine {
  readonly address?: string | undefined;
  readonly names: readonly string[];
  readonly sources: readonly string[];
  readonly disposition: BoundaryDisposition;
  readonly target?: string | undefined;
  readonly asset?: string | undefined;
  /** Of the exclusion. */
  readonly reason?: string | undefined;
  readonly scannedAt?: Instant | undefined;
}

interface Mention {
  readonly names: Set<string>;
  readonly sources: Set<string>;
}

/** Of a declared name with more addresses, the first ones count. */
const MOST_OF_A_NAME = 1_000;

/** One line for each address and each name without an address, and the declared addresses that no source knows. */
export function reconcile(
  sources: readonly BoundarySource[],
  declared: DeclaredBoundary,
): { readonly lines: readonly BoundaryLine[]; readonly unknown: AddressSet } {
  const addresses = new Map<string, Mention>();
  const names = new Map<string, Mention>();
  for (const source of sources) {
    for (const { name, address } of source.records) {
      const mention = address === undefined ? mentionOf(names, name ?? "") : mentionOf(addresses, address);
      mention.sources.add(source.name);
      if (name !== undefined) mention.names.add(name);
    }
  }
  const known = addressSet([...addresses.keys()].map((address) => ({ first: address, last: address })));
  return {
    lines: [
      ...known.ranges
        .flatMap((range) => addressesIn(known, range.first, range.last))
        .flatMap((address) => {
          const mention = addresses.get(address);
          return mention === undefined ? [] : [{ address, ...told(mention), ...ofAddress(address, declared) }];
        }),
      ...[...names].sort(byText).map(([name, mention]) => ({ ...told(mention), ...ofName(name, declared) })),
    ],
    unknown: declared.boundary.subtract(known),
  };
}

type Standing = Omit<BoundaryLine, "names" | "sources" | "address">;

function ofAddress(address: string, declared: DeclaredBoundary): Standing {
  const excluded = declared.exclusions.find(({ addresses }) => addresses.has(address));
  if (excluded !== undefined) return { disposition: "excluded", reason: excluded.reason };
  if (!declared.boundary.has(address)) return { disposition: "discovered" };
  const scan = declared.lastScan(address);
  return {
    disposition: dispositionOf(scan),
    target: declared.targetOf(address),
    asset: declared.assetOf(address),
    ...(scan === undefined ? {} : { scannedAt: scan.at }),
  };
}

/** A name that no source gives an address to has those that the scope gives it. */
function ofName(name: string, declared: DeclaredBoundary): Standing {
  const addresses = declared.addressesOf(name.toLowerCase());
  if (addresses === undefined) return { disposition: "discovered" };
  const few = Array.from({ length: Math.min(addresses.size, MOST_OF_A_NAME) }, (_, at) => addresses.at(at));
  const scans = few.flatMap((address) => declared.lastScan(address) ?? []);
  const scan = scans.toSorted((a, b) => Number(b.answered) - Number(a.answered) || b.at - a.at).at(0);
  const [first] = few;
  return {
    disposition: dispositionOf(scan),
    ...(first === undefined ? {} : { target: declared.targetOf(first), asset: declared.assetOf(first) }),
    ...(scan === undefined ? {} : { scannedAt: scan.at }),
  };
}

function dispositionOf(scan: LastScan | undefined): BoundaryDisposition {
  if (scan === undefined) return "declared";
  return scan.answered ? "scanned" : "unreachable";
}

function mentionOf(all: Map<string, Mention>, key: string): Mention {
  const found = all.get(key) ?? { names: new Set(), sources: new Set() };
  all.set(key, found);
  return found;
}

function told({ names, sources }: Mention): Pick<BoundaryLine, "names" | "sources"> {
  return { names: [...names].sort(), sources: [...sources].sort() };
}

function addressesIn(set: AddressSet, first: string, last: string): string[] {
  const from = set.indexOf(first);
  return Array.from({ length: set.indexOf(last) - from + 1 }, (_, at) => set.at(from + at));
}

function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
