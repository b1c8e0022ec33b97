import { formatInstant } from "../../model/index.ts";
import { COLUMNS, type Cells } from "./columns.ts";
import type { Sheet } from "./sheet.ts";

/** In addition to the fields of a finding: the kind of record, and the scope and instant of the whole list. */
const HEAD = ["record", "scope", "scope_version", "as_of"] as const;

/**
 * RFC 4180, UTF-8 without a byte order mark, CRLF. The first record is `about`; its `summary` states what is listed and
 * what is not known. Each following record is a `finding`, with the times of its latest episode; an `episode` below it
 * is the same finding with the times of an earlier one.
 */
export function* csvOf(sheet: Sheet): Generator<string> {
  const head = [sheet.scope, sheet.scopeVersion, formatInstant(sheet.at)];
  const summary = [`${sheet.headline}.`, `Asked for: ${sheet.asked}.`, ...sheet.notKnown].join(" ");
  const about = COLUMNS.map(({ name }) => (name === "summary" ? summary : undefined));
  yield line([...HEAD, ...COLUMNS.map(({ name }) => name)]);
  yield line(["about", ...head, ...about]);
  for (const { cells, earlier } of sheet.rows()) {
    yield line(["finding", ...head, ...valuesOf(cells)]);
    for (const episode of earlier) yield line(["episode", ...head, ...valuesOf(episode)]);
  }
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
 * Places where a spreadsheet begins to compute, even if quotes, spaces or full-width characters hide it: the beginning
 * of a cell, and after the semicolon that separates cells in many countries. Also apostrophes there that are not ours.
 */
const FORMULA = /(^|;)(?='|['"`´‘’“”«»\s]*[=+\-@\t\r\n＝＋－＠﹦﹢﹣﹫−])/gu;

/**
 * Makes a text safe from being computed: an apostrophe is put in front of each formula (OWASP, CSV Injection), and in
 * front of an apostrophe in the same place. Removing one apostrophe at the beginning and after each semicolon restores
 * the text.
 */
function asText(text: string): string {
  return text.replace(FORMULA, "$1'");
}
