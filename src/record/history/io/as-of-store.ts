import type { Endpoint, Duration, Instant, StateAt } from "../../../model/index.ts";
import { type AddressSet, parsePorts, unionOf } from "../../../scope/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { type AssetAt, assetsAt, assetsDifference, type AssetView, type Knowledge } from "../assets.ts";
import { type OpenEndpoint, summarize } from "../as-of.ts";
import { domainOf, type KeyRange, pieceOf } from "../blocks.ts";
import type { Difference } from "../diff.ts";
import { stateMap } from "../state-map.ts";
import { vantageId } from "./columns.ts";
import { layersAt } from "./coverage-store.ts";
import { currentIntervals, trackedAt } from "./interval-store.ts";

/** The state of each asset at an instant, from one vantage point. In the order of the assets. */
export async function viewAt(
  db: Db,
  query: { readonly at: Instant; readonly vantage: string; readonly assets: readonly AssetView[] },
): Promise<AssetAt[]> {
  return assetsAt(await knowledgeAt(db, query.vantage, query.at, query.assets), query.assets);
}

/** The changes between two instants, among endpoints known at both. Assets may differ between the two. */
export async function diffAt(
  db: Db,
  query: {
    readonly from: Instant;
    readonly to: Instant;
    readonly vantage: string;
    readonly assetsFrom: readonly AssetView[];
    readonly assetsTo: readonly AssetView[];
  },
): Promise<Difference> {
  const { vantage, assetsFrom, assetsTo } = query;
  return assetsDifference(
    { knowledge: await knowledgeAt(db, vantage, query.from, assetsFrom), assets: assetsFrom },
    { knowledge: await knowledgeAt(db, vantage, query.to, assetsTo), assets: assetsTo },
  );
}

/** The states of many endpoints at one instant, in memory. */
export interface StateView {
  /** O(log n). */
  stateOf(endpoint: Endpoint): StateAt;
  /** The latest observation; undefined when the state is unknown. */
  lastLookedAt(endpoint: Endpoint): Instant | undefined;
  readonly open: readonly OpenEndpoint[];
}

/**
 * The states of all ports of the addresses. With `staleness` it follows the as-of rule; without it, it returns the
 * recorded state of tracked endpoints however old it is, and `unknown` for every endpoint that was never open.
 */
export async function currentStates(
  db: Db,
  query: {
    readonly vantage: string;
    readonly addresses: AddressSet;
    readonly at: Instant;
    readonly staleness?: Duration | undefined;
  },
): Promise<StateView> {
  const { vantage, addresses, at, staleness } = query;
  const ports = parsePorts("T:-,U:-");
  const knowledge = await knowledgeAt(db, vantage, at, [{ addresses, staleness: staleness ?? 0 }]);
  const domain = domainOf(addresses, ports);
  const layers = staleness === undefined ? [] : knowledge.layers;
  const map = stateMap({ ...knowledge, layers, domain, staleness: staleness ?? Infinity });
  return {
    stateOf: (endpoint) => pieceOf(map, endpoint)?.state ?? "unknown",
    lastLookedAt: (endpoint) => pieceOf(map, endpoint)?.lookedAt,
    open: summarize(map, domain).open,
  };
}

/** Endpoints that the record holds open until further notice, by address, transport, port. */
export async function openEndpoints(
  db: Db,
  query: { readonly vantage: string; readonly addresses: AddressSet },
): Promise<Endpoint[]> {
  const vantage = await vantageId(db, query.vantage);
  if (vantage === undefined) return [];
  const { ranges } = domainOf(query.addresses, { tcp: [], udp: [] });
  const open = await currentIntervals(db, vantage, ranges, "open");
  return open.map(({ endpoint }) => endpoint);
}

export async function knowledgeAt(
  db: Db,
  name: string,
  at: Instant,
  assets: readonly Pick<AssetView, "addresses" | "staleness">[],
): Promise<Knowledge> {
  const vantage = await vantageId(db, name);
  const ranges = rangesOfAssets(assets);
  if (vantage === undefined || ranges.length === 0) return { at, layers: [], tracked: [] };
  const oldest = assets.reduce((most, { staleness }) => Math.max(most, staleness), 0);
  const layers = await layersAt(db, { vantage, at, oldest, ranges });
  const tracked = await trackedAt(db, { vantage, at, ranges });
  return { at, layers, tracked };
}

/** All addresses of the assets: sorted, disjoint. */
export function rangesOfAssets(assets: readonly Pick<AssetView, "addresses">[]): readonly KeyRange[] {
  return domainOf(unionOf(assets.map((asset) => asset.addresses)), { tcp: [], udp: [] }).ranges;
}
