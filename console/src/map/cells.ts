import type { CellCode, ExposureMapResult } from "../../../src/contract/index.ts";

/** A cell is one byte: the position of its code in CODES, and two flags. */
export const CODES: readonly CellCode[] = ["x", "u", "k", "c", "f", "s", "r", "p", "a", "n", "e", "w"];
export const CODE_BITS = 0x0f;
/** An open finding about the service of the endpoint. */
export const INSECURE = 0x10;
/** Any open finding. */
export const FOUND = 0x20;

export const UNKNOWN = CODES.indexOf("u");

export const WORDS: Readonly<Record<CellCode, string>> = {
  x: "unknown, not required",
  u: "unknown: nobody looked in time",
  k: "not open",
  c: "closed",
  f: "filtered",
  s: "no response",
  r: "unreachable",
  p: "open, no port baseline decides",
  a: "open, authorized",
  n: "open, not authorized",
  e: "open, authorization expired",
  w: "open, not authorized from here",
};

export function codeOf(cell: number): CellCode {
  return CODES[cell & CODE_BITS] ?? "x";
}

export function isOpen(cell: number): boolean {
  return (cell & CODE_BITS) >= 7;
}

/** Open, and the port baseline does not allow it here and now. */
export function isUnauthorized(cell: number): boolean {
  return (cell & CODE_BITS) >= 9;
}

/** What a cell says, in words. */
export function wordsOf(cell: number): string {
  return `${WORDS[codeOf(cell)]}${(cell & INSECURE) === 0 ? "" : ", insecure or outdated service"}`;
}

/** The axes of a map: what both answers of the server have. */
export interface Axes extends Pick<
  ExposureMapResult,
  "vantagePoints" | "ports" | "rows" | "names" | "omittedPorts" | "omittedAddresses" | "findings"
> {
  readonly boundSince?: string | undefined;
}

/** A map at one instant: its axes, and for each vantage point the cells, row by row. */
export interface MapCells {
  readonly axes: Axes;
  readonly cells: readonly Uint8Array[];
}

export function rowCount({ rows }: Axes): number {
  return rows.asset.length;
}

/** The codes of a pattern such as `c67a1n` as bytes. */
export function patternBytes(pattern: string, columns: number): Uint8Array {
  const bytes = new Uint8Array(columns);
  let at = 0;
  for (const [, code = "x", times] of pattern.matchAll(/([a-z])(\d*)/g)) {
    const end = Math.min(columns, at + (times === "" ? 1 : Number(times)));
    bytes.fill(Math.max(0, CODES.indexOf(code as CellCode)), at, end);
    at = end;
  }
  return bytes;
}

/** The patterns of all rows, written into one array for each vantage point. */
export function decodeCells(
  patterns: readonly string[],
  cells: readonly (readonly number[])[],
  columns: number,
): Uint8Array[] {
  const bytes = patterns.map((pattern) => patternBytes(pattern, columns));
  return cells.map((rows) => {
    const all = new Uint8Array(rows.length * columns);
    for (const [row, pattern] of rows.entries()) {
      const given = bytes[pattern];
      if (given !== undefined) all.set(given, row * columns);
    }
    return all;
  });
}

const OF_SERVICE: ReadonlySet<string> = new Set(["insecure-service", "outdated-service", "service-changed"]);

/** Marks the open cells that the findings are about, from any vantage point. */
export function markFindings(
  { findings, ports }: Axes,
  cells: readonly Uint8Array[],
  isWanted: (finding: number) => boolean = () => true,
): void {
  for (const [index, kind] of findings.kind.entries()) {
    if (!isWanted(index)) continue;
    const at = (findings.row[index] ?? 0) * ports.length + (findings.port[index] ?? 0);
    const flags = FOUND | (OF_SERVICE.has(kind) ? INSECURE : 0);
    for (const side of cells) {
      const cell = side[at];
      if (cell !== undefined && isOpen(cell)) side[at] = cell | flags;
    }
  }
}

export function decodeMap(answer: ExposureMapResult): MapCells {
  const cells = decodeCells(answer.patterns, answer.cells, answer.ports.length);
  markFindings(answer, cells);
  return { axes: answer, cells };
}

/** The name of a row: its asset, or the target of undeclared hosts. */
export function rowName({ rows }: Axes, row: number): string {
  const asset = rows.asset[row] ?? "";
  return rows.declared[row] === 0 ? `${asset} (undeclared)` : asset;
}

/** `443` or `udp/53`. */
export function portName({ ports }: Axes, column: number): string {
  const port = ports[column];
  if (port === undefined) return "";
  return port.transport === "tcp" ? String(port.port) : `${port.transport}/${port.port}`;
}

export function traitOf({ names, rows }: Axes, trait: "segment" | "systemType" | "owner", row: number): string {
  return names[rows[trait][row] ?? -1] ?? "";
}
