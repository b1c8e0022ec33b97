import { TRANSPORTS, type Transport } from "../../model/index.ts";
import { type AddressKey, addressCount, addressKey, compareKeys } from "./address-key.ts";
import type { AssetView } from "./assets.ts";
import { type Block, firstBlockFrom, formatKeyRange, type KeyRange, walkBlocks } from "./blocks.ts";
import type { Piece } from "./spans.ts";
import { type ViewBlock, viewBlocks } from "./view-blocks.ts";
import { subjectKey } from "./view-subject.ts";

/** Addresses that belonged to one subject at some time of a period. */
export interface RowDuring extends KeyRange {
  readonly addresses: string;
  readonly count: number;
  /** By vantage point, then by part of the period; undefined where they did not belong to it. */
  readonly views: readonly (readonly (AssetView | undefined)[])[];
}

/**
 * The rows of a table of addresses by ports over a period, by address. `sides`: for each vantage point, the views of
 * each part of the period. Each of the `tracked` addresses has a row of its own. Of more than `most` rows, those come
 * first; `omitted` counts the addresses of the rest.
 */
export function rowsDuring(
  sides: readonly (readonly (readonly AssetView[])[])[],
  tracked: Iterable<string>,
  most: number,
): { readonly rows: RowDuring[]; readonly omitted: number } {
  const points = [...new Set(tracked)].map(addressKey).sort(compareKeys);
  const isTracked = new Set(points);
  const lists = sides.flatMap((parts) => parts.map((views) => viewBlocks(views)));
  const found: RowDuring[] = [];
  for (const hull of hullsOf(lists)) {
    walkBlocks<Piece, ViewBlock>(hull, lists, points, (lo, hi, here) => {
      const subjects = Map.groupBy(
        here.filter((block) => block !== undefined),
        ({ view }) => subjectKey(view.subject),
      );
      for (const key of subjects.keys()) {
        let at = 0;
        const views = sides.map((parts) =>
          parts.map(() => {
            const view = here[at++]?.view;
            return view !== undefined && subjectKey(view.subject) === key ? view : undefined;
          }),
        );
        found.push({ lo, hi, addresses: formatKeyRange({ lo, hi }), count: addressCount(lo, hi), views });
      }
    });
  }
  if (found.length <= most) return { rows: found, omitted: 0 };
  const [first, others] = [found.filter(({ lo }) => isTracked.has(lo)), found.filter(({ lo }) => !isTracked.has(lo))];
  const kept = [...first, ...others].slice(0, most);
  const omitted = [...first, ...others].slice(most).reduce((sum, { count }) => sum + count, 0);
  return { rows: kept.sort((a, b) => compareKeys(a.lo, b.lo)), omitted };
}

/** The ports that any block has for any address of the row. */
export function portsOn(blocks: readonly Block<Piece>[], { lo, hi }: KeyRange): Record<Transport, readonly Piece[]> {
  const ports: Record<Transport, Piece[]> = { tcp: [], udp: [] };
  for (let at = firstBlockFrom(blocks, lo); at < blocks.length; at += 1) {
    const block = blocks[at];
    if (block === undefined || block.lo > hi) break;
    for (const transport of TRANSPORTS) ports[transport].push(...block[transport]);
  }
  return ports;
}

function hullsOf(lists: readonly (readonly KeyRange[])[]): KeyRange[] {
  const hulls: { lo: AddressKey; hi: AddressKey }[] = [];
  for (const { lo, hi } of lists.flat().sort((a, b) => compareKeys(a.lo, b.lo))) {
    const last = hulls.at(-1);
    if (last !== undefined && lo <= last.hi) last.hi = hi > last.hi ? hi : last.hi;
    else hulls.push({ lo, hi });
  }
  return hulls;
}
