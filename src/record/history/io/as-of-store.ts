import { TRANSPORTS, type Endpoint, type Duration, type Instant, type StateAt } from "../../../model/index.ts";
import { type AddressSet, parsePorts, unionOf } from "../../../scope/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { addressOf } from "../address-key.ts";
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
  query: {
    readonly at: Instant;
    readonly vantage: string;
    readonly assets: readonly AssetView[];
    /** Only what the record had by then; absent: all that it has now. */
    readonly knownBy?: Instant | undefined;
  },
): Promise<AssetAt[]> {
  const { vantage, at, assets, knownBy } = query;
  return assetsAt(await knowledgeAt(db, vantage, at, assets, knownBy), assets);
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
    /** Each of the two instants as the record knew it then. */
    readonly asKnownThen?: boolean;
  },
): Promise<Difference> {
  const { vantage, from, to, assetsFrom, assetsTo } = query;
  const knownBy = (instant: Instant): Instant | undefined => (query.asKnownThen === true ? instant : undefined);
  return assetsDifference(
    { knowledge: await knowledgeAt(db, vantage, from, assetsFrom, knownBy(from)), assets: assetsFrom },
    { knowledge: await knowledgeAt(db, vantage, to, assetsTo, knownBy(to)), assets: assetsTo },
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
    readonly knownBy?: Instant | undefined;
  },
): Promise<StateView> {
  const { vantage, addresses, at, staleness, knownBy } = query;
  const ports = parsePorts("T:-,U:-");
  const knowledge = await knowledgeAt(db, vantage, at, [{ addresses, staleness: staleness ?? 0 }], knownBy);
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

/** Endpoints that the record holds open at an instant, however old that is, by address, transport, port. */
export async function heldOpenAt(
  db: Db,
  query: {
    readonly vantage: string;
    readonly addresses: AddressSet;
    readonly at: Instant;
    readonly knownBy?: Instant | undefined;
  },
): Promise<Endpoint[]> {
  const vantage = await vantageId(db, query.vantage);
  if (vantage === undefined) return [];
  const { ranges } = domainOf(query.addresses, { tcp: [], udp: [] });
  const { at, knownBy } = query;
  return (await trackedAt(db, { vantage, at, ranges, knownBy })).flatMap((host) => {
    const address = addressOf(host.key);
    if (!query.addresses.has(address)) return [];
    return TRANSPORTS.flatMap((transport) =>
      host[transport].flatMap(({ port, state }) => (state === "open" ? [{ address, transport, port }] : [])),
    );
  });
}

export async function knowledgeAt(
  db: Db,
  name: string,
  at: Instant,
  assets: readonly Pick<AssetView, "addresses" | "staleness">[],
  knownBy?: Instant,
): Promise<Knowledge> {
  const vantage = await vantageId(db, name);
  const ranges = rangesOfAssets(assets);
  if (vantage === undefined || ranges.length === 0) return { at, layers: [], tracked: [] };
  const oldest = assets.reduce((most, { staleness }) => Math.max(most, staleness), 0);
  const layers = await layersAt(db, { vantage, at, oldest, ranges, knownBy });
  const tracked = await trackedAt(db, { vantage, at, ranges, knownBy });
  return { at, layers, tracked };
}

/** All addresses of the assets: sorted, disjoint. */
export function rangesOfAssets(assets: readonly Pick<AssetView, "addresses">[]): readonly KeyRange[] {
  return domainOf(unionOf(assets.map((asset) => asset.addresses)), { tcp: [], udp: [] }).ranges;
}
