import { TRANSPORTS, type Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/index.ts";
import type { AddressRange } from "../../../scope/index.ts";
import { addressOf } from "../address-key.ts";
import { isAnswer } from "../as-of.ts";
import type { AssetView } from "../assets.ts";
import { domainOf } from "../blocks.ts";
import { stateMap } from "../state-map.ts";
import { knowledgeAt } from "./as-of-store.ts";

/** Addresses that were scanned within the staleness of their system type. */
export interface HostSight extends AddressRange {
  /** The latest observation of any required endpoint. */
  readonly scannedAt: Instant;
  /** An endpoint is open, closed or filtered; otherwise nothing answered. */
  readonly answered: boolean;
}

/** The knowledge about the addresses of the assets at an instant, by host. Addresses without a sight are not known. */
export async function hostSights(
  db: Db,
  query: { readonly at: Instant; readonly vantage: string; readonly assets: readonly AssetView[] },
): Promise<HostSight[]> {
  const knowledge = await knowledgeAt(db, query.vantage, query.at, query.assets);
  return query.assets.flatMap(({ addresses, ports, staleness }) =>
    stateMap({ ...knowledge, staleness, domain: domainOf(addresses, ports) }).flatMap((block): HostSight[] => {
      const pieces = TRANSPORTS.flatMap((transport) => block[transport]);
      if (pieces.length === 0) return [];
      return [
        {
          first: addressOf(block.lo),
          last: addressOf(block.hi),
          scannedAt: pieces.reduce((latest, piece) => Math.max(latest, piece.lookedAt), -Infinity),
          answered: pieces.some(({ state }) => isAnswer(state)),
        },
      ];
    }),
  );
}
