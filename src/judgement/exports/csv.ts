import { formatInstant } from "../../model/index.ts";
import { COLUMNS, type Cells } from "./columns.ts";
import type { Sheet } from "./sheet.ts";

/** Beside what a finding says: which kind of record a line is, and what the whole list is of. */
const HEAD = ["record", "scope", "scope_version", "as_of"] as const;

/**
 * RFC 4180, UTF-8 without a byte order mark, CRLF. The first record is `about` and says in `summary` what is listed and
 * what is not known; each that follows is a `finding`.
 */
export function* csvOf(sheet: Sheet): Generator<string> {
  const head = [sheet.scope, sheet.scopeVersion, formatInstant(sheet.at)];
  const summary = [`${sheet.headline}.`, `Asked for: ${sheet.asked}.`, ...sheet.notKnown].join(" ");
  const about = COLUMNS.map(({ name }) => (name === "summary" ? summary : undefined));
  yield line([...HEAD, ...COLUMNS.map(({ name }) => name)]);
  yield line(["about", ...head, ...about]);
  for (const { cells } of sheet.rows()) yield line(["finding", ...head, ...valuesOf(cells)]);
}

function valuesOf(cells: Cells): (string | number | undefined)[] {
  return COLUMNS.map(({ name }) => cells[name]);
}

function line(values: readonly (string | number | undefined)[]): string {
  return `${values.map(field).join(",")}\r\n`;
}

/** RFC 4180 section 2, points 5 to 7. */
function field(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = asText(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Where a spreadsheet begins to compute, though quotes, blanks or full width hide it: at the beginning of a cell, or after
 * the semicolon that separates cells in many countries. And where an apostrophe stands that is not ours.
 */
const FORMULA = /(^|;)(?='|['"`´‘’“”«»\s]*[=+\-@\t\r\n＝＋－＠﹦﹢﹣﹫−])/gu;

/**
 * A text that no spreadsheet computes: with an apostrophe before what it would (OWASP, CSV Injection), and before an
 * apostrophe in the same place. Taking one apostrophe from the beginning and from after each semicolon gives it back.
 */
function asText(text: string): string {
  return text.replace(FORMULA, "$1'");
}
