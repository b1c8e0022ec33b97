import { sql } from "kysely";
import type { EntryType } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/tables.ts";
import { textLeafHash, toBase64, type StoredEntry } from "@portolan/verifier";
import { recordedIn, type Binding, type Recorded, type Row } from "../bindings.ts";
import { compareTable, type Contradiction } from "../compare-table.ts";
import { entryFrom } from "./log-read.ts";

/** All entries of these types, in order. */
export async function entriesOfTypes(db: Db, types: readonly EntryType[]): Promise<StoredEntry[]> {
  const rows = await db
    .selectFrom("evidence_entry")
    .selectAll()
    .where("type", "in", [...types])
    .orderBy("index")
    .execute();
  return rows.map(entryFrom);
}

/** The entries from an index on that these bindings read, in order: those of their types, and adoptions of their rows. */
export async function entriesAbout(
  db: Db,
  bindings: readonly Binding[],
  first = 0,
  { below, limit }: { readonly below?: number; readonly limit?: number } = {},
): Promise<StoredEntry[]> {
  const types = [...new Set([...ALWAYS_READ, ...bindings.flatMap((binding) => binding.types)])];
  const adopting = bindings.map(({ table }) => `%"table":"${table}"}%`);
  const rows = await db
    .selectFrom("evidence_entry")
    .selectAll()
    .where("index", ">=", first)
    .where((where) =>
      where.or([
        where("type", "in", types),
        where.and([where("type", "=", "rows-adopted"), sql<boolean>`body LIKE ANY (${adopting}::text[])`]),
      ]),
    )
    .$if(below !== undefined, (query) => query.where("index", "<", below ?? 0))
    .orderBy("index")
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute();
  return rows.map(entryFrom);
}

/** They say which fields the log binds. */
const ALWAYS_READ: readonly EntryType[] = ["log-created", "answers-bound"];

/**
 * Compares small tables as a whole with their entries, without reading the rest of the log: before a decision that
 * rests on all of their rows.
 */
export async function contradictionsIn(db: Db, bindings: readonly Binding[]): Promise<Contradiction[]> {
  const tables = [...Map.groupBy(bindings, ({ table }) => table)].map(
    ([table, of]) => [of, compareTable(table, of)] as const,
  );
  const rows = `rows of ${tables.map(([[first]]) => first?.table).join(", ")}`;
  const found: Contradiction[] = [];
  for (const stored of await entriesAbout(db, bindings)) {
    const entry = signedEntry(stored);
    if (entry === undefined) found.push(alteredEntry("evidence_entry", rows, stored.index));
    else for (const [, comparison] of tables) comparison.read(entry);
  }
  for (const [of, comparison] of tables) {
    for (const binding of of) {
      for await (const row of binding.rows(db)) found.push(...comparison.compare(row, binding));
    }
    found.push(...comparison.missing());
  }
  return found;
}

/**
 * The highest version in a table of versions, 0 if it has none, and the last entry that records one. Read as of one
 * instant, because another version may be recorded at any time.
 */
export async function latestVersion(
  db: Db,
  table: "scope_version" | "port_baseline_version",
  type: EntryType,
): Promise<{ readonly version: number; readonly entry: StoredEntry | undefined }> {
  const { rows } = await sql<{ version: number | null; index: number | null }>`
    SELECT (SELECT max(version) FROM ${sql.table(table)}) AS version,
           (SELECT max(index) FROM evidence_entry WHERE type = ${type}) AS index`.execute(db);
  const { version = null, index = null } = rows[0] ?? {};
  const row =
    index === null
      ? undefined
      : await db.selectFrom("evidence_entry").selectAll().where("index", "=", index).executeTakeFirst();
  return { version: version ?? 0, entry: row === undefined ? undefined : entryFrom(row) };
}

/**
 * An entry before something is decided by it; undefined if it was altered. Its hash is recomputed. That the log holds
 * an entry with this hash is for `evidence verify` to find out, which reads all of it.
 */
export function signedEntry(stored: StoredEntry): Recorded | undefined {
  return toBase64(textLeafHash(stored.body)) === toBase64(stored.leafHash) ? recordedIn(stored) : undefined;
}

/** Compares one row with the entry that states it, before something is decided on the row and signed. */
export function contradictionOf(
  binding: Binding,
  stored: StoredEntry | undefined,
  row: Row,
): Contradiction | undefined {
  const comparison = compareTable(binding.table, [binding]);
  if (stored !== undefined) {
    const entry = signedEntry(stored);
    if (entry === undefined) return alteredEntry(binding.table, row.row, stored.index);
    comparison.read(entry);
  }
  return comparison.compare(row, binding)[0];
}

/** A row that an entry records and the table lacks. */
export function missingRow(table: string, row: string, entry: number): Contradiction {
  return { table, row, entry, problem: `${row} is missing from the table, and entry ${entry} records it.` };
}

/** A row whose entry is not what was appended. */
export function alteredEntry(table: string, row: string, entry: number): Contradiction {
  return { table, row, entry, problem: `entry ${entry}, which states ${row}, was altered.` };
}
