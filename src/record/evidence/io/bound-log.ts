import { parseInstant, type Instant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/tables.ts";
import { recordedIn, type Binding, type Recorded } from "../bindings.ts";
import { fieldsBoundBy, type BoundFields } from "../compare-table.ts";
import { entryFrom } from "./log-read.ts";

/** The fields that the entries of a log bind from some entry on. */
export interface BoundLog {
  readonly fields: ReadonlySet<string>;
  /**
   * Answers about earlier instants rest on rows as they stood then: entries that adopted rows bind them since. Absent:
   * the log has bound them from its beginning, or does not bind them yet.
   */
  readonly since?: Instant | undefined;
}

/** Reads entry 0, and those with which a record from before was bound. */
export async function boundLog(db: Db): Promise<BoundLog> {
  const entries = await boundEntries(db);
  const since = entries.findLast(
    ({ type, data }) => type === "answers-bound" && Object.values(data.adopted).some((count) => count > 0),
  );
  return {
    fields: new Set(entries.flatMap((entry) => [...namesIn(fieldsBoundBy(entry))])),
    since: since === undefined ? undefined : parseInstant(since.at),
  };
}

async function boundEntries(db: Db): Promise<Recorded[]> {
  const rows = await db
    .selectFrom("evidence_entry")
    .selectAll()
    .where((row) => row.or([row("index", "=", 0), row("type", "=", "answers-bound")]))
    .orderBy("index")
    .execute();
  return rows.map((row) => recordedIn(entryFrom(row))).filter((entry) => entry !== undefined);
}

/** Since when a log binds a table: from its beginning (-Infinity), from the entry that says so, or not yet (Infinity). */
export async function boundTableSince(db: Db, table: string): Promise<Instant> {
  const rows = await boundEntries(db);
  if (rows.length === 0) return -Infinity;
  const first = rows.find((entry) => fieldsBoundBy(entry)[table] !== undefined);
  if (first === undefined) return Infinity;
  return first.index === 0 ? -Infinity : (parseInstant(first.at) ?? Infinity);
}

/** The fields of these bindings, by table. */
export function fieldsOf(bindings: readonly Binding[]): BoundFields {
  const tables = Map.groupBy(bindings, ({ table }) => table);
  return Object.fromEntries(
    [...tables].map(([table, ofTable]) => [
      table,
      [...new Set(ofTable.flatMap(({ columns }) => Object.keys(columns)))].sort(),
    ]),
  );
}

/** True if a log binds every field of these bindings. */
export function bindsAll({ fields }: BoundLog, bindings: readonly Binding[]): boolean {
  return [...namesIn(fieldsOf(bindings))].every((name) => fields.has(name));
}

function* namesIn(bound: BoundFields): Generator<string> {
  // A table counts by itself: all of a row can be in its name.
  for (const [table, fields] of Object.entries(bound)) yield* [table, ...fields.map((field) => `${table}.${field}`)];
}
