import type { Row } from "./columns.ts";
import { grouped, type Sheet } from "./sheet.ts";

/**
 * The most findings that each format shows. A file for programs has them all. A PDF of 2,000 has 125 pages and takes
 * 400 MB to make.
 */
export const MOST_SHOWN = { html: 5_000, pdf: 2_000, mail: 200, slack: 20 } as const;

/** The first rows, and the sentence about those that are left out; empty where there are none. */
export function shownRows({ rows }: Sheet, most: number): { readonly rows: readonly Row[]; readonly more: string } {
  const left = rows.length - most;
  if (left <= 0) return { rows, more: "" };
  return { rows: rows.slice(0, most), more: `And ${grouped(left)} more, which are in the CSV.` };
}
