import type { Row } from "./columns.ts";
import { count } from "../../model/index.ts";
import type { Sheet } from "./sheet.ts";

/**
 * The most findings that each format shows. CSV and CEF have them all. A PDF of 2,000 findings has 125 pages and takes
 * 400 MB of memory to make.
 */
export const MOST_SHOWN = { html: 5_000, pdf: 2_000, mail: 200, slack: 20 } as const;

/** Characters of one text in a page, a mail or a PDF; the CSV has longer ones in full. */
export const MOST_OF_A_TEXT = 2_000;

/** The first rows, and the sentence about those that are left out; empty if there are none. */
export function shownRows(sheet: Sheet, most: number): { readonly rows: Iterable<Row>; readonly more: string } {
  const left = sheet.total - most;
  return { rows: sheet.rows(most), more: left <= 0 ? "" : `And ${count(left)} more, which are in the CSV.` };
}
