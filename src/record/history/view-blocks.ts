import { addressSet, emptyAddressSet } from "../../scope/index.ts";
import { addressCount, addressOf, compareKeys } from "./address-key.ts";
import type { AssetView } from "./assets.ts";
import { type Block, domainOf, type KeyRange } from "./blocks.ts";
import type { KnownPiece } from "./state-map.ts";

/** Addresses of one view. It has no pieces: it is walked together with blocks of states. */
export interface ViewBlock<View extends AssetView = AssetView> extends Block<KnownPiece> {
  readonly view: View;
}

/** The addresses of the views, sorted and disjoint. Where views share an address, the smaller range keeps it. */
export function viewBlocks<View extends AssetView>(views: readonly View[]): ViewBlock<View>[] {
  const blocks = views
    .flatMap((view) => rangesOf(view).map(({ lo, hi }): ViewBlock<View> => ({ lo, hi, tcp: [], udp: [], view })))
    .sort((a, b) => compareKeys(a.lo, b.lo));
  const overlaps = blocks.some((block, index) => index > 0 && block.lo <= (blocks[index - 1]?.hi ?? -1));
  return overlaps ? disjoint(blocks) : blocks;
}

function disjoint<View extends AssetView>(blocks: readonly ViewBlock<View>[]): ViewBlock<View>[] {
  const smallestFirst = blocks.toSorted((a, b) => addressCount(a.lo, a.hi) - addressCount(b.lo, b.hi));
  let taken = emptyAddressSet;
  const apart: ViewBlock<View>[] = [];
  for (const block of smallestFirst) {
    const whole = addressSet([{ first: addressOf(block.lo), last: addressOf(block.hi) }]);
    for (const { lo, hi } of domainOf(whole.subtract(taken), { tcp: [], udp: [] }).ranges)
      apart.push({ ...block, lo, hi });
    taken = taken.union(whole);
  }
  return apart.sort((a, b) => compareKeys(a.lo, b.lo));
}

function rangesOf({ addresses }: AssetView): readonly KeyRange[] {
  return domainOf(addresses, { tcp: [], udp: [] }).ranges;
}
