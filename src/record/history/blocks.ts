import type { Endpoint, Transport } from "../../model/index.ts";
import { type AddressSet, formatRange, type PortSet } from "../../scope/index.ts";
import { type AddressKey, addressCount, addressKey, addressOf, nextKey, previousKey } from "./address-key.ts";
import { type Piece, pieceAt, type Span } from "./spans.ts";

/** Addresses from `lo` to `hi` with the same pieces on each. Lists of blocks are sorted and disjoint. */
export interface Block<P extends Piece> {
  readonly lo: AddressKey;
  readonly hi: AddressKey;
  readonly tcp: readonly P[];
  readonly udp: readonly P[];
}

/** Addresses from `lo` to `hi`, inclusive, of one family. */
export interface KeyRange {
  readonly lo: AddressKey;
  readonly hi: AddressKey;
}

/** The endpoints of a query: address ranges (sorted, disjoint) times ports. */
export interface Domain {
  readonly ranges: readonly KeyRange[];
  readonly tcp: readonly Span[];
  readonly udp: readonly Span[];
}

/** `192.0.2.1`, `192.0.2.0/28` or `192.0.2.1-192.0.2.9`. */
export function formatKeyRange({ lo, hi }: KeyRange): string {
  return formatRange({ first: addressOf(lo), last: addressOf(hi) });
}

export function domainOf(addresses: Pick<AddressSet, "ranges">, ports: Pick<PortSet, "tcp" | "udp">): Domain {
  const ranges = addresses.ranges.map(({ first, last }) => ({ lo: addressKey(first), hi: addressKey(last) }));
  return { ranges, tcp: ports.tcp, udp: ports.udp };
}

/** Index of the first block that ends at or after `key`; the number of blocks when none does. O(log n). */
export function firstBlockFrom(blocks: readonly Pick<KeyRange, "hi">[], key: AddressKey): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const block = blocks[middle];
    if (block !== undefined && block.hi < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The piece that contains the endpoint, O(log n). */
export function pieceOf<P extends Piece>(blocks: readonly Block<P>[], endpoint: Endpoint): P | undefined {
  return pieceOn(blocks, addressKey(endpoint.address), endpoint.transport, endpoint.port);
}

export function pieceOn<P extends Piece>(
  blocks: readonly Block<P>[],
  key: AddressKey,
  transport: Transport,
  port: number,
): P | undefined {
  const block = blocks[firstBlockFrom(blocks, key)];
  return block === undefined || block.lo > key ? undefined : pieceAt(block[transport], port);
}

export function domainSize(domain: Domain): number {
  let ports = 0;
  for (const [first, last] of [...domain.tcp, ...domain.udp]) ports += last - first + 1;
  let size = 0;
  for (const { lo, hi } of domain.ranges) size += addressCount(lo, hi) * ports;
  return size;
}

/**
 * Walks a range of addresses over several lists of blocks at once: calls `visit` for each maximal stretch in which
 * every list has one and the same block (or none). `points` are addresses that get their own stretch.
 */
export function walkBlocks<P extends Piece, B extends Block<P> = Block<P>>(
  range: KeyRange,
  lists: readonly (readonly B[])[],
  points: readonly AddressKey[],
  visit: (lo: AddressKey, hi: AddressKey, blocks: readonly (B | undefined)[]) => void,
): void {
  const cursors = lists.map((blocks) => firstBlockFrom(blocks, range.lo));
  let point = firstKeyFrom(points, range.lo);
  let lo = range.lo;
  while (lo <= range.hi) {
    let hi = range.hi;
    const here: (B | undefined)[] = [];
    for (const [list, blocks] of lists.entries()) {
      let cursor = cursors[list] ?? 0;
      let block = blocks[cursor];
      if (block !== undefined && block.hi < lo) block = blocks[++cursor];
      cursors[list] = cursor;
      if (block === undefined || block.lo > lo) {
        if (block !== undefined && block.lo <= hi) hi = previousKey(block.lo);
        here.push(undefined);
      } else {
        if (block.hi < hi) hi = block.hi;
        here.push(block);
      }
    }
    let next = points[point];
    if (next !== undefined && next < lo) next = points[++point];
    if (next !== undefined && next <= hi) hi = next === lo ? lo : previousKey(next);
    visit(lo, hi, here);
    lo = nextKey(hi);
  }
}

function firstKeyFrom(keys: readonly AddressKey[], from: AddressKey): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const key = keys[middle];
    if (key !== undefined && key < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
