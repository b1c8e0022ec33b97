import { createHash } from "node:crypto";
import { Fault } from "../model/index.ts";

/**
 * The end of a page: the number of its last row, and a digest of the request, so that a cursor of one list is refused
 * in another. It grants nothing, so it is checked but not signed.
 */
export function cursorOf(list: string, filter: object, last: number): string {
  return Buffer.from(`1.${digest(list, filter)}.${last}`).toString("base64url");
}

/**
 * Returns the number in a cursor. Throws a `config-invalid` fault if the cursor is not one of this list with this
 * filter.
 */
export function readCursor(list: string, filter: object, cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const [version, asked, last, ...more] = Buffer.from(cursor, "base64url").toString().split(".");
  const place = Number(last);
  const sound = version === "1" && /^\d{1,16}$/.test(last ?? "") && Number.isSafeInteger(place) && more.length === 0;
  if (sound && asked === digest(list, filter)) return place;
  throw new Fault("config-invalid", "after: this is not the `next` value of a page of this list with these filters.", {
    place: "after",
    next: "Pass `next` of the previous page with the same filters, or omit `after` to start at the first page.",
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

/** A page of `limit` from rows that include one more, which shows whether there is a next page. */
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

/** The fault for an item that does not exist. */
export function missing(what: string, list: string): Fault {
  return new Fault("not-found", what, { next: `See ${list} for the existing ones.` });
}
