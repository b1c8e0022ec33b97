import type { Duration, Instant, Period } from "../../model/index.ts";
import { type AddressSet, type PortSet, portSet, unionOf } from "../../scope/index.ts";
import { compareKeys } from "./address-key.ts";
import { type StateSummary, summarize } from "./as-of.ts";
import { domainOf, type KeyRange, walkBlocks } from "./blocks.ts";
import { type AssetBlock, type Difference, differences } from "./diff.ts";
import { coveredShare } from "./gaps.ts";
import { piecesWithin, withoutPieces } from "./spans.ts";
import { type CoverageLayer, type KnownPiece, stateMap, type TrackedHost } from "./state-map.ts";
import type { ViewSubject } from "./view-subject.ts";

/** An asset in a query, with the addresses it had, the ports that its system type requires, and its staleness. */
export interface AssetView {
  readonly subject: ViewSubject;
  readonly addresses: AddressSet;
  readonly ports: PortSet;
  readonly staleness: Duration;
}

export interface AssetAt extends Omit<StateSummary, "unknownPorts"> {
  readonly subject: ViewSubject;
  readonly staleness: Duration;
  /** Ports that are unknown on at least one address. */
  readonly unknownPorts: PortSet;
}

export interface AssetGaps {
  readonly subject: ViewSubject;
  /** Share of the period, 0 to 1, in which every required endpoint was known. */
  readonly covered: number;
  /** In order, disjoint, never touching. */
  readonly gaps: Period[];
  /** The parts of the gaps in which coverage has none of the endpoints. */
  readonly dark: Period[];
}

/** Everything the record holds about the queried addresses, at one instant and vantage point. */
export interface Knowledge {
  readonly at: Instant;
  readonly layers: readonly CoverageLayer[];
  readonly tracked: readonly TrackedHost[];
}

export function assetsAt(knowledge: Knowledge, assets: readonly AssetView[]): AssetAt[] {
  return assets.map(({ subject, addresses, ports, staleness }) => {
    const domain = domainOf(addresses, ports);
    const { unknownPorts, ...summary } = summarize(stateMap({ ...knowledge, staleness, domain }), domain);
    return { subject, staleness, ...summary, unknownPorts: portSet(unknownPorts) };
  });
}

/** If assets share an address, the first one that knows a port determines its state. */
export function assetsDifference(
  before: { readonly knowledge: Knowledge; readonly assets: readonly AssetView[] },
  after: { readonly knowledge: Knowledge; readonly assets: readonly AssetView[] },
): Difference {
  const addresses = unionOf([...before.assets, ...after.assets].map((asset) => asset.addresses));
  const { ranges } = domainOf(addresses, { tcp: [], udp: [] });
  return differences(ranges, assetBlocks(before.knowledge, before.assets), assetBlocks(after.knowledge, after.assets));
}

export function assetGaps(subject: ViewSubject, period: Period, gaps: Period[], dark: Period[]): AssetGaps {
  return { subject, covered: coveredShare(period, gaps), gaps, dark };
}

function assetBlocks(knowledge: Knowledge, assets: readonly AssetView[]): AssetBlock[] {
  const maps = assets.map(({ subject, addresses, ports, staleness }) =>
    stateMap({ ...knowledge, staleness, domain: domainOf(addresses, ports) }).map((block): AssetBlock => ({
      ...block,
      subject,
    })),
  );
  const all = maps.flat().sort((a, b) => compareKeys(a.lo, b.lo));
  const overlapping = all.some((block, index) => index > 0 && block.lo <= (all[index - 1]?.hi ?? -1));
  return overlapping ? layered(all, maps) : all;
}

function layered(all: readonly AssetBlock[], maps: readonly (readonly AssetBlock[])[]): AssetBlock[] {
  const hulls: { lo: KeyRange["lo"]; hi: KeyRange["hi"] }[] = [];
  for (const { lo, hi } of all) {
    const last = hulls.at(-1);
    if (last !== undefined && lo <= last.hi) last.hi = hi > last.hi ? hi : last.hi;
    else hulls.push({ lo, hi });
  }
  const blocks: AssetBlock[] = [];
  for (const hull of hulls) {
    walkBlocks<KnownPiece, AssetBlock>(hull, maps, [], (lo, hi, here) => {
      const present = here.filter((block) => block !== undefined);
      const [subject] = present.map((block) => block.subject);
      blocks.push({
        lo,
        hi,
        subject,
        tcp: firstOf(present.map((block) => block.tcp)),
        udp: firstOf(present.map((block) => block.udp)),
      });
    });
  }
  return blocks;
}

function firstOf(lists: readonly (readonly KnownPiece[])[]): KnownPiece[] {
  let taken: KnownPiece[] = [];
  for (const list of lists) {
    const free = withoutPieces([[1, 65_535]], taken);
    taken = [...taken, ...piecesWithin(list, free)].sort((a, b) => a.first - b.first);
  }
  return taken;
}
