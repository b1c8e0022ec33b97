import { createHash } from "node:crypto";
import { Fault } from "../model/index.ts";

/**
 * Where a page ended: the number of its last row, and a digest of what was asked for, so that the place in one list is
 * not taken for a place in another. It grants nothing, so it is checked, not signed.
 */
export function cursorOf(list: string, filter: object, last: number): string {
  return Buffer.from(`1.${digest(list, filter)}.${last}`).toString("base64url");
}

/** The number in a cursor; a `config-invalid` fault when it is none of this list with this filter. */
export function readCursor(list: string, filter: object, cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const [version, asked, last, ...more] = Buffer.from(cursor, "base64url").toString().split(".");
  const place = Number(last);
  const sound = version === "1" && /^\d{1,16}$/.test(last ?? "") && Number.isSafeInteger(place) && more.length === 0;
  if (sound && asked === digest(list, filter)) return place;
  throw new Fault("config-invalid", "after: this is not the `next` of a page of this list with these filters.", {
    place: "after",
    next: "Give `next` of the page before with the same filters, or leave `after` out to begin again.",
  });
}

function digest(list: string, filter: object): string {
  const given = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([list, given]))
    .digest("base64url")
    .slice(0, 16);
}

/** A page of `limit` from rows of which one more was read, to know whether there is a next. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  numberOf: (row: Row) => number,
  next: (last: number) => string,
): { readonly rows: readonly Row[]; readonly next?: string } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return rows.length <= limit || last === undefined ? { rows: shown } : { rows: shown, next: next(numberOf(last)) };
}

/** The fault of asking for one that is not there. */
export function missing(what: string, list: string): Fault {
  return new Fault("not-found", what, { next: `See ${list} for what there is.` });
}
