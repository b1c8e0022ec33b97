import {
  codeOf,
  CODE_BITS,
  FOUND,
  INSECURE,
  isOpen,
  isUnauthorized,
  portName,
  rowCount,
  rowName,
  traitOf,
  type Axes,
  type MapCells,
} from "./cells.ts";
import type { Filter, StateWord, Term } from "./filter.ts";

export const GROUPS = ["none", "segment", "type", "owner"] as const;
export type Group = (typeof GROUPS)[number];

/** Rows and columns in the order in which they are shown. */
export interface Arranged {
  /** A row of the map, or -1 minus the number of a group: its heading. */
  readonly lines: Int32Array;
  readonly groups: readonly { readonly name: string; readonly rows: number }[];
  /** Columns of the map. */
  readonly columns: Int32Array;
  /** The vantage points that are shown side by side. */
  readonly vantages: readonly number[];
  /** Whether a cell in a byte of this value matches; the position is the byte. */
  readonly matches: Uint8Array;
  readonly rows: number;
  readonly matched: number;
}

/** The rows and columns that have a cell that the filter is true of. `chosen`: vantage points, if the filter names none. */
export function arrange({ axes, cells }: MapCells, filter: Filter, group: Group, chosen: readonly number[]): Arranged {
  const of = <About extends Term["about"]>(about: About) =>
    filter.terms.filter((term): term is Extract<Term, { about: About }> => term.about === about);
  const from = of("from");
  const vantages =
    from.length === 0
      ? chosen
      : axes.vantagePoints.flatMap(({ name, kind }, at) =>
          from.every(({ not, text }) => (name.toLowerCase() === text || kind === text) !== not) ? [at] : [],
        );
  const isRow = rowTest(axes, filter.terms);
  const isColumn = columnTest(axes, of("port"));
  const states = of("state");
  const matches = Uint8Array.from({ length: 64 }, (_, cell) =>
    Number(states.every(({ not, word }) => IS[word](cell) !== not)),
  );
  const width = axes.ports.length;
  const columnSeen = new Uint8Array(width);
  const candidates = axes.ports.flatMap((_, column) => (isColumn(column) ? [column] : []));
  const kept = new Uint8Array(rowCount(axes));
  let rows = 0;
  let matched = 0;
  for (let row = 0; row < rowCount(axes); row += 1) {
    if (!isRow(row)) continue;
    for (const vantage of vantages) {
      const side = cells[vantage];
      if (side === undefined) continue;
      for (const column of candidates) {
        if (matches[side[row * width + column] ?? 0] !== 1) continue;
        columnSeen[column] = 1;
        matched += 1;
        kept[row] = 1;
      }
    }
    rows += kept[row] ?? 0;
  }
  const isNarrow = states.length > 0;
  const columns = Int32Array.from(isNarrow ? candidates.filter((column) => columnSeen[column] === 1) : candidates);
  const { lines, groups } = grouped(axes, kept, group);
  return { lines, groups, columns, vantages, matches, rows, matched };
}

const IS: Readonly<Record<StateWord, (cell: number) => boolean>> = {
  open: isOpen,
  closed: (cell) => codeOf(cell) === "c",
  filtered: (cell) => codeOf(cell) === "f",
  silent: (cell) => codeOf(cell) === "s" || codeOf(cell) === "r",
  unknown: (cell) => (cell & CODE_BITS) <= 1,
  required: (cell) => codeOf(cell) !== "x",
  authorized: (cell) => codeOf(cell) === "a",
  unauthorized: isUnauthorized,
  expired: (cell) => codeOf(cell) === "e",
  elsewhere: (cell) => codeOf(cell) === "w",
  insecure: (cell) => (cell & INSECURE) !== 0,
  finding: (cell) => (cell & FOUND) !== 0,
};

function rowTest(axes: Axes, terms: readonly Term[]): (row: number) => boolean {
  const tests = terms.flatMap((term): ((row: number) => boolean)[] => {
    switch (term.about) {
      case "host":
        return [
          (row) =>
            `${rowName(axes, row)} ${axes.rows.addresses[row] ?? ""}`.toLowerCase().includes(term.text) !== term.not,
        ];
      case "segment":
      case "owner":
        return [traitTest(axes, term.about, term)];
      case "type":
        return [traitTest(axes, "systemType", term)];
      case "shadow":
        return [(row) => (axes.rows.declared[row] === 0) !== term.not];
      case "port":
      case "state":
      case "from":
        return [];
    }
  });
  return (row) => tests.every((test) => test(row));
}

function traitTest(
  axes: Axes,
  trait: "segment" | "systemType" | "owner",
  { text, not }: { readonly text: string; readonly not: boolean },
): (row: number) => boolean {
  const isName = axes.names.map((name) => name.toLowerCase().includes(text));
  return (row) => (isName[axes.rows[trait][row] ?? -1] ?? false) !== not;
}

function columnTest({ ports }: Axes, terms: readonly Extract<Term, { about: "port" }>[]): (column: number) => boolean {
  return (column) => {
    const of = ports[column];
    return (
      of !== undefined &&
      terms.every(
        ({ spans, not }) =>
          spans.some(
            ({ transport, first, last }) =>
              (transport ?? of.transport) === of.transport && first <= of.port && of.port <= last,
          ) !== not,
      )
    );
  };
}

const collator = new Intl.Collator("en", { numeric: true });
const sorted = new WeakMap<Axes["rows"], Int32Array>();

/** All rows by name and address, with numbers as numbers: sorted once for each answer, because a slider arranges often. */
function rowsByName(axes: Axes): Int32Array {
  let order = sorted.get(axes.rows);
  if (order === undefined) {
    const names = axes.rows.asset.map((_, row) => `${rowName(axes, row)} ${axes.rows.addresses[row] ?? ""}`);
    order = Int32Array.from(names.keys()).sort((a, b) => collator.compare(names[a] ?? "", names[b] ?? ""));
    sorted.set(axes.rows, order);
  }
  return order;
}

function grouped(axes: Axes, isKept: Uint8Array, group: Group): Pick<Arranged, "lines" | "groups"> {
  const byName = rowsByName(axes).filter((row) => isKept[row] === 1);
  if (group === "none") return { lines: byName, groups: [] };
  const trait = group === "type" ? "systemType" : group;
  const byGroup = [...Map.groupBy(byName, (row) => traitOf(axes, trait, row))].sort(([a], [b]) =>
    collator.compare(a, b),
  );
  return {
    lines: Int32Array.from(byGroup.flatMap(([, rows], at) => [-1 - at, ...rows])),
    groups: byGroup.map(([name, rows]) => ({ name, rows: rows.length })),
  };
}

/** The words of a column: `443`, and from where, if several vantage points are shown. */
export function columnName(axes: Axes, column: number, vantage: number, isSplit: boolean): string {
  return isSplit ? `${portName(axes, column)} from ${axes.vantagePoints[vantage]?.name ?? ""}` : portName(axes, column);
}
