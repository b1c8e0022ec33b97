import { CsvError, parse } from "csv-parse/sync";
import { isPrintable, printable } from "../../platform/documents/index.ts";
import { createRecordList, unreadableSource, type SourceContent } from "./source-record.ts";

/** Titles of columns that are read without being named, in lower case without spaces, dashes and underscores. */
const ADDRESS_TITLES = new Set([
  "ip",
  "ips",
  "ipaddress",
  "ipaddresses",
  "ipv4",
  "ipv4address",
  "ipv6",
  "ipv6address",
  "address",
]);
const NAME_TITLES = ["fqdn", "dnsname", "hostname", "host", "name"];

export interface CsvColumns {
  readonly addresses?: string | undefined;
  readonly name?: string | undefined;
}

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads a table with a header (RFC 4180; separated by commas, semicolons or tabs, as its first line is). A cell may hold
 * several addresses. Text that a spreadsheet would compute is text here: it is neither evaluated nor an address.
 */
export function readCsv(text: string, columns: CsvColumns): SourceContent {
  const [titles, ...rows] = rowsOf(text);
  if (titles === undefined) throw unreadableSource("The file is empty.", "Export it again, with its header.");
  const header = titles.record.map((title) => title.trim());
  const addresses = addressColumns(header, columns.addresses);
  const names = nameColumns(header, columns.name);
  const list = createRecordList();
  for (const { record, info } of rows) {
    const cell = (at: number): string => (record[at] ?? "").trim();
    const name = names.map(cell).find((each) => each !== "");
    const found = addresses.flatMap((at) =>
      cell(at)
        .split(/[\s,;]+/)
        .filter((each) => each !== ""),
    );
    const detail = `row of line ${info.lines}`;
    for (const each of found) list.address(each, { name, detail, place: `line ${info.lines}` });
    if (found.length === 0 && name !== undefined) list.name(name, detail);
  }
  return list.content("csv");
}

function rowsOf(text: string): readonly Row[] {
  try {
    // Rows of other lengths are read as far as they go: an unquoted comma in a comment must not hide an address.
    return parse(text, {
      delimiter: separatorOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 1_000_000,
    }) as unknown as readonly Row[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error["lines"] === "number" ? error["lines"] : undefined;
    throw unreadableSource(
      `It is not a table of comma-separated values: ${printable(error.message, 200)}`,
      "Export it again as CSV, with quotes around cells that hold quotes or separators.",
      line,
    );
  }
}

function separatorOf(text: string): string {
  const [first = ""] = text
    .slice(0, 100_000)
    .replace(/"[^"]*"/g, "")
    .split(/\r?\n/, 1);
  const used = [",", ";", "\t"].filter((each) => first.includes(each));
  if (used.length <= 1) return used[0] ?? ",";
  throw unreadableSource(
    "Its first line has more than one kind of separator.",
    "Export it again with one separator: commas, semicolons or tabs.",
    1,
  );
}

function addressColumns(header: readonly string[], named: string | undefined): number[] {
  if (named !== undefined) return [columnNamed(header, named, "--address-column")];
  const found = header.flatMap((title, at) => (ADDRESS_TITLES.has(plainTitle(title)) ? [at] : []));
  if (found.length > 0) return found;
  throw unreadableSource(
    `None of its columns is known to hold addresses: ${titlesOf(header)}.`,
    "Name the column: --address-column TITLE.",
    1,
  );
}

function nameColumns(header: readonly string[], named: string | undefined): number[] {
  if (named !== undefined) return [columnNamed(header, named, "--name-column")];
  const plain = header.map(plainTitle);
  return NAME_TITLES.map((title) => plain.indexOf(title)).filter((at) => at >= 0);
}

function columnNamed(header: readonly string[], title: string, option: string): number {
  const at = header.indexOf(title);
  if (at >= 0 && header.lastIndexOf(title) === at) return at;
  throw unreadableSource(
    `${at < 0 ? "No column" : "More than one column"} is called ${printable(title, 100)}: ${titlesOf(header)}.`,
    `Give ${option} one of the titles.`,
    1,
  );
}

function titlesOf(header: readonly string[]): string {
  return printable(header.filter((title) => isPrintable(title)).join(", "), 300);
}

function plainTitle(title: string): string {
  return title.toLowerCase().replaceAll(/[\s_-]/g, "");
}
