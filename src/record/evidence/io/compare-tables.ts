import type { EntryType } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/tables.ts";
import { recordedIn, type Binding } from "../bindings.ts";
import { compareTable, PRUNED_ROWS, type Contradiction, type TableComparison } from "../compare-table.ts";
import { logHead, readEntries, REPORTED_EVERY, type LogProgress } from "./log-read.ts";

/** The comparison of one table with the log. */
export interface ComparedTable {
  readonly table: string;
  readonly rows: number;
}

export interface TablesReport {
  readonly compared: readonly ComparedTable[];
  /** At most {@link MOST_LISTED}. */
  readonly contradictions: readonly Contradiction[];
  /** All rows that contradict the log, those that are not listed included. */
  readonly contradicting: number;
}

const MOST_LISTED = 10_000;

/** One table, the bindings of its rows, and their comparison with a log. */
export interface TableWithLog {
  readonly table: string;
  readonly bindings: readonly Binding[];
  readonly comparison: TableComparison;
}

/**
 * Compares tables with what the entries of the log state about their rows, while others may append: a row is written
 * in the transaction of its entry, so an entry that was read has its row, and what newer entries touch is left out.
 * Memory grows with the rows that entries state, some hundred bytes for each.
 */
export async function compareTables(
  db: Db,
  bindings: readonly Binding[],
  onProgress?: LogProgress,
): Promise<TablesReport> {
  const { tables, next } = await readLog(db, bindings, onProgress);
  const found: Contradiction[] = [];
  const compared: ComparedTable[] = [];
  for (const each of tables) {
    const { rows, contradictions } = await compareRows(db, each);
    found.push(...contradictions);
    compared.push({ table: each.table, rows });
  }
  const newer = found.length === 0 ? new Set<string>() : await touchedSince(db, tables, next);
  const contradictions = found.filter(
    ({ table, row, signed, column }) =>
      !newer.has(`${table} ${row}`) &&
      // A row that is missing was perhaps pruned meanwhile; the next comparison knows.
      !(signed === undefined && column === undefined && newer.has(`${table} ${PRUNED_ROWS}`)),
  );
  return {
    compared,
    contradictions: contradictions.slice(0, MOST_LISTED),
    contradicting: new Set(contradictions.map(({ table, row }) => `${table} ${row}`)).size,
  };
}

/** Compares the rows of one table with a log that was read. */
export async function compareRows(
  db: Db,
  { bindings, comparison }: TableWithLog,
): Promise<{ readonly rows: number; readonly contradictions: readonly Contradiction[] }> {
  const contradictions: Contradiction[] = [];
  let rows = 0;
  for (const binding of bindings) {
    for await (const row of binding.rows(db)) {
      rows += 1;
      contradictions.push(...comparison.compare(row, binding));
    }
  }
  contradictions.push(...comparison.missing());
  return { rows, contradictions };
}

/** Reads the whole log for a comparison of the tables of these bindings. `next` is the index after its last entry. */
export async function readLog(
  db: Db,
  bindings: readonly Binding[],
  onProgress: LogProgress = () => undefined,
): Promise<{ readonly tables: readonly TableWithLog[]; readonly next: number }> {
  const tables = [...Map.groupBy(bindings, ({ table }) => table)].map(([table, ofTable]) => ({
    table,
    bindings: ofTable,
    comparison: compareTable(table, ofTable),
  }));
  const { size } = await logHead(db);
  let next = 0;
  for await (const index of readInto(db, tables, 0)) {
    next = index + 1;
    if (next % REPORTED_EVERY === 0) onProgress(next, Math.max(next, size));
  }
  onProgress(next, next);
  return { tables, next };
}

/** Entries about all tables, beside those of the types that the bindings of a table name. */
const OF_EVERY_TABLE: readonly EntryType[] = ["log-created", "rows-adopted", "answers-bound", "rows-pruned"];

/** Reads the entries from `first` on into the comparisons; yields their indexes, and reports the rows they are about. */
async function* readInto(
  db: Db,
  tables: readonly TableWithLog[],
  first: number,
  touches: (table: string, row: string) => void = () => undefined,
): AsyncGenerator<number, undefined> {
  const readers = new Map<string, TableWithLog[]>();
  for (const each of tables) {
    const types = new Set([...OF_EVERY_TABLE, ...each.bindings.flatMap((binding) => binding.types)]);
    for (const type of types) readers.set(type, [...(readers.get(type) ?? []), each]);
  }
  for await (const stored of readEntries(db, { first })) {
    const of = readers.get(stored.type);
    const entry = of === undefined ? undefined : recordedIn(stored);
    if (entry !== undefined) {
      for (const { table, comparison } of of ?? []) for (const row of comparison.read(entry)) touches(table, row);
    }
    yield stored.index;
  }
}

async function touchedSince(db: Db, tables: readonly TableWithLog[], first: number): Promise<ReadonlySet<string>> {
  const touched = new Set<string>();
  const touch = (table: string, row: string): void => void touched.add(`${table} ${row}`);
  for await (const _index of readInto(db, tables, first, touch));
  return touched;
}
