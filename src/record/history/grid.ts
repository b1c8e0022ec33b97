import { TRANSPORTS } from "../../model/index.ts";
import { type AddressKey, addressCount, compareKeys, nextKey } from "./address-key.ts";
import type { AssetView } from "./assets.ts";
import { type Block, formatKeyRange, type KeyRange, walkBlocks } from "./blocks.ts";
import type { KnownPiece, StateBlock } from "./state-map.ts";
import type { ViewBlock } from "./view-blocks.ts";

/** What one vantage point sees: whose the addresses are, and their states. Both sorted and disjoint. */
export interface GridSide {
  readonly views: readonly ViewBlock[];
  readonly states: readonly StateBlock[];
}

/** Addresses of one view in each vantage point, seen alike; one address where a port is open. */
export interface GridRow {
  /** `192.0.2.1`, `192.0.2.0/28` or `192.0.2.1-192.0.2.9`. */
  readonly addresses: string;
  readonly count: number;
  readonly lo: AddressKey;
  readonly hi: AddressKey;
  /** By vantage point; undefined where it does not scan these addresses. */
  readonly views: readonly (AssetView | undefined)[];
  readonly states: readonly (StateBlock | undefined)[];
}

type Either = Block<KnownPiece> & { readonly view?: AssetView };
type Stretch = Omit<GridRow, "addresses" | "count">;

/**
 * The rows of a table of addresses by ports, by address. Of more than `most`, those with an open port come first;
 * `omitted` counts the addresses of the rest.
 */
export function gridRows(
  sides: readonly GridSide[],
  most: number,
): { readonly rows: GridRow[]; readonly omitted: number } {
  const lists: readonly (readonly Either[])[] = [
    ...sides.map(({ views }) => views),
    ...sides.map(({ states }) => states),
  ];
  const open: Stretch[] = [];
  const others: Stretch[] = [];
  let omitted = 0;
  for (const hull of hullsOf(sides)) {
    walkBlocks<KnownPiece, Either>(hull, lists, [], (lo, hi, here) => {
      const views = here.slice(0, sides.length).map((block) => block?.view);
      if (views.every((view) => view === undefined)) return;
      const states = here.slice(sides.length);
      if (!states.some(hasOpen)) return addJoined(others, { lo, hi, views, states });
      for (let key = lo; key <= hi; key = nextKey(key)) {
        if (open.length >= most) {
          omitted += addressCount(key, hi);
          return;
        }
        open.push({ lo: key, hi: key, views, states });
      }
    });
  }
  const rest = others.slice(0, most - open.length);
  for (const { lo, hi } of others.slice(rest.length)) omitted += addressCount(lo, hi);
  const rows = [...open, ...rest].sort((a, b) => compareKeys(a.lo, b.lo));
  return {
    rows: rows.map((row) => ({ ...row, addresses: formatKeyRange(row), count: addressCount(row.lo, row.hi) })),
    omitted,
  };
}

/** The stretches of addresses that any view has: sorted, disjoint, of one family each. */
function hullsOf(sides: readonly GridSide[]): KeyRange[] {
  const hulls: { lo: AddressKey; hi: AddressKey }[] = [];
  const all = sides.flatMap(({ views }) => views).sort((a, b) => compareKeys(a.lo, b.lo));
  for (const { lo, hi } of all) {
    const last = hulls.at(-1);
    if (last !== undefined && lo <= last.hi) last.hi = hi > last.hi ? hi : last.hi;
    else hulls.push({ lo, hi });
  }
  return hulls;
}

function hasOpen(block: Block<KnownPiece> | undefined): boolean {
  return block !== undefined && TRANSPORTS.some((transport) => block[transport].some(({ state }) => state === "open"));
}

function addJoined(rows: Stretch[], next: Stretch): void {
  const before = rows.at(-1);
  const isSame =
    before !== undefined &&
    nextKey(before.hi) === next.lo &&
    before.views.every((view, at) => view === next.views[at]) &&
    before.states.every((block, at) => isAlike(block, next.states[at]));
  if (isSame) rows[rows.length - 1] = { ...before, hi: next.hi };
  else rows.push(next);
}

/** Whether all ports are in the same states; it does not matter when they were last scanned. */
function isAlike(a: StateBlock | undefined, b: StateBlock | undefined): boolean {
  if (a === b || a === undefined || b === undefined) return a === b;
  return TRANSPORTS.every((transport) => {
    const [x, y] = [a[transport], b[transport]];
    return (
      x.length === y.length &&
      x.every((piece, at) => {
        const other = y[at];
        return piece.first === other?.first && piece.last === other.last && piece.state === other.state;
      })
    );
  });
}
