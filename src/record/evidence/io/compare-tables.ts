import type { Db } from "../../../platform/storage/tables.ts";
import { compareTable, recordedIn, type Binding, type Contradiction, type TableComparison } from "../bindings.ts";
import { readEntries } from "./log-read.ts";

/** The comparison of one table with the log. */
export interface ComparedTable {
  readonly table: string;
  readonly rows: number;
}

export interface TablesReport {
  readonly compared: readonly ComparedTable[];
  /** At most {@link MOST_LISTED}. */
  readonly contradictions: readonly Contradiction[];
  /** All of them, those that are not listed included. */
  readonly contradicting: number;
}

const MOST_LISTED = 100;

/**
 * Compares tables with what the entries of the log state about their rows, while others may append: a row is written
 * in the transaction of its entry, so an entry that was read has its row, and what newer entries touch is left out.
 * Memory grows with the rows that entries state, some hundred bytes for each.
 */
export async function compareTables(db: Db, bindings: readonly Binding[]): Promise<TablesReport> {
  const tables = bindings.map((binding) => ({ binding, comparison: compareTable(binding) }));
  const next = await readInto(db, tables, 0);
  const found: Contradiction[] = [];
  const compared: ComparedTable[] = [];
  for (const { binding, comparison } of tables) {
    let rows = 0;
    for await (const row of binding.rows(db)) {
      rows += 1;
      const contradiction = comparison.compare(row);
      if (contradiction !== undefined) found.push(contradiction);
    }
    found.push(...comparison.missing());
    compared.push({ table: binding.table, rows });
  }
  const newer = found.length === 0 ? new Set<string>() : await touchedSince(db, bindings, next);
  const contradictions = found.filter(({ table, row }) => !newer.has(`${table} ${row}`));
  return {
    compared,
    contradictions: contradictions.slice(0, MOST_LISTED),
    contradicting: contradictions.length,
  };
}

async function readInto(
  db: Db,
  tables: readonly { readonly binding: Binding; readonly comparison: TableComparison }[],
  first: number,
): Promise<number> {
  let next = first;
  for await (const stored of readEntries(db, { first })) {
    next = stored.index + 1;
    const readers = tables.filter(({ binding }) => binding.types.some((type) => type === stored.type));
    const entry = readers.length === 0 ? undefined : recordedIn(stored);
    if (entry !== undefined) for (const { comparison } of readers) comparison.read(entry);
  }
  return next;
}

async function touchedSince(db: Db, bindings: readonly Binding[], first: number): Promise<ReadonlySet<string>> {
  const touched = new Set<string>();
  for await (const stored of readEntries(db, { first })) {
    const entry = recordedIn(stored);
    if (entry === undefined) continue;
    for (const { table, types, states } of bindings) {
      if (!types.includes(entry.type)) continue;
      for (const { row } of states(entry)) touched.add(`${table} ${row}`);
    }
  }
  return touched;
}
