import type { Instant } from "../../model/index.ts";
import { readCsv, type CsvColumns } from "./cmdb-csv.ts";
import { readInventory } from "./cloud-inventory.ts";
import { dhcpFormat, readLeases } from "./dhcp-leases.ts";
import { unreadableSource, type SourceContent, type SourceKind } from "./source-record.ts";
import { readZone } from "./zone-file.ts";

/** The longest file, in bytes: each is read as a whole. */
export const LARGEST_SOURCE = 16 * 1_024 * 1_024;

export interface SourceReading {
  /** Absent: only a file whose content says so is read. */
  readonly kind?: SourceKind | undefined;
  /** Of a zone file: the zone that its relative names belong to. */
  readonly origin?: string | undefined;
  readonly columns: CsvColumns;
  /** When the file was true: leases that had ended by then are left out. */
  readonly asOf: Instant;
}

export interface ReadContent extends SourceContent {
  readonly kind: SourceKind;
}

export function readSource(content: Uint8Array, reading: SourceReading): ReadContent {
  const text = textOf(content);
  const kind = reading.kind ?? kindOf(text);
  const read = readAs(kind, text, reading);
  if (read.records.length > 0) return { kind, ...read };
  // It is more likely the wrong file than an empty boundary.
  const { unreadable, ended, examples } = read.leftOut;
  throw unreadableSource(
    `It holds no name and no address (no addresses: ${unreadable} values${examples.map((each) => `, ${each}`).join("")}; ended: ${ended} instances or leases).`,
    "Check that it is the right file, of the right kind.",
  );
}

function readAs(kind: SourceKind, text: string, { origin, columns, asOf }: SourceReading): SourceContent {
  switch (kind) {
    case "zone":
      return readZone(text, origin);
    case "inventory":
      return readInventory(text);
    case "cmdb":
      return readCsv(text, columns);
    case "dhcp":
      return readLeases(text, asOf);
  }
}

/** A table of a CMDB has nothing that only such a table has, so its kind has to be named. */
function kindOf(text: string): SourceKind {
  const begun = text.slice(0, 262_144);
  const found: SourceKind[] = [];
  if (/^\s*[[{]/.test(begun)) found.push("inventory");
  if (dhcpFormat(text) !== undefined) found.push("dhcp");
  if (
    /^\$(?:ORIGIN|TTL)[ \t]/im.test(begun) ||
    /^[^\s;,"]*[ \t]+(?:\S+[ \t]+){0,2}SOA[ \t]+[^\s,;]+[ \t]+[^\s,;]+/im.test(begun)
  ) {
    found.push("zone");
  }
  const [kind, ...others] = found;
  if (kind !== undefined && others.length === 0) return kind;
  throw unreadableSource(
    "Its content does not say with certainty what kind of source it is.",
    "Name the kind: --kind zone, --kind inventory, --kind cmdb or --kind dhcp.",
  );
}

/** UTF-8, or UTF-16 where its byte order mark says so. Other encodings are not guessed. */
function textOf(content: Uint8Array): string {
  const [first, second] = content;
  const marked =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(marked, { fatal: true }).decode(content);
    if (!text.includes("\0")) return text;
  } catch {
    // Said below.
  }
  throw unreadableSource(
    "It is not text in UTF-8, nor in UTF-16 with a byte order mark.",
    "Save it as UTF-8 (iconv -f WINDOWS-1252 -t UTF-8), and import it again.",
  );
}
