import type { Endpoint, Instant } from "../../../model/index.ts";
import { addressSet, parsePorts } from "../../../scope/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import { addressOf, compareKeys } from "../address-key.ts";
import type { AssetView } from "../assets.ts";
import { domainOf } from "../blocks.ts";
import { type GridRow, gridRows, type GridSide } from "../grid.ts";
import { type StateBlock, stateMap } from "../state-map.ts";
import { viewBlocks } from "../view-blocks.ts";
import { knowledgeAt } from "./as-of-store.ts";

const ALL_PORTS = parsePorts("T:-,U:-");

/** The states of all ports of the views at an instant, from several vantage points side by side. */
export async function gridAt(
  db: Db,
  query: {
    readonly at: Instant;
    readonly seen: readonly { readonly vantage: string; readonly views: readonly AssetView[] }[];
    /** The most rows. */
    readonly most: number;
  },
): Promise<{
  readonly rows: readonly GridRow[];
  /** Addresses without a row. */
  readonly omitted: number;
  /** Endpoints that the record holds open, however long ago they were scanned. */
  readonly held: readonly Omit<Endpoint, "address">[];
}> {
  const held: Omit<Endpoint, "address">[] = [];
  const sides: GridSide[] = [];
  for (const { vantage, views } of query.seen) {
    const blocks = viewBlocks(views);
    const states: StateBlock[] = [];
    for (const [staleness, alike] of Map.groupBy(blocks, ({ view }) => view.staleness)) {
      const addresses = addressSet(alike.map(({ lo, hi }) => ({ first: addressOf(lo), last: addressOf(hi) })));
      const knowledge = await knowledgeAt(db, vantage, query.at, [{ addresses, staleness }]);
      for (const host of knowledge.tracked)
        for (const transport of ["tcp", "udp"] as const)
          for (const { port, state } of host[transport]) if (state === "open") held.push({ transport, port });
      // One by one, as the sum of all of them is too many for the arguments of a call.
      for (const block of stateMap({ ...knowledge, staleness, domain: domainOf(addresses, ALL_PORTS) }))
        states.push(block);
    }
    sides.push({ views: blocks, states: states.sort((a, b) => compareKeys(a.lo, b.lo)) });
  }
  return { ...gridRows(sides, query.most), held };
}
