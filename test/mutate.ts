import { sql, type RawBuilder } from "kysely";
import type { Tx } from "../src/platform/storage/index.ts";

/** One value of the record that is changed, as somebody with the database's superuser could. */
export interface Mutation {
  readonly table: string;
  readonly column: string;
  /** How the value changes, for a message. */
  readonly change: string;
  run(tx: Tx): Promise<void>;
}

/**
 * Mutations of a column: of its first and of its last row that has a value, or of a null if none has. One for each end
 * of a range. None where the table has no row.
 */
export async function mutationsOf(tx: Tx, table: string, column: string): Promise<Mutation[]> {
  const { rows } = await sql<{ type: string }>`
    SELECT format_type(atttypid, atttypmod) AS type FROM pg_attribute
    WHERE attrelid = ${table}::regclass AND attname = ${column}`.execute(tx);
  const type = rows[0]?.type ?? "text";
  const places = await placesOf(tx, table, column);
  return places.flatMap((place) =>
    changesOf(type, sql.ref(column)).map(({ change, value }) => ({
      table,
      column,
      change: `${change} at ${place}`,
      async run(inner) {
        await unhindered(inner, table);
        const json = type === "jsonb" ? await changedJson(inner, table, column, place) : undefined;
        await sql`UPDATE ${sql.table(table)} SET ${sql.ref(column)} = ${json ?? value}
          WHERE ctid = ${place}::tid`.execute(inner);
      },
    })),
  );
}

/** Where a table has its last row; undefined: it has none. */
export async function lastRow(tx: Tx, table: string): Promise<string | undefined> {
  const { rows } = await sql<{ last: string | null }>`
    SELECT max(ctid)::text AS last FROM ${sql.table(table)}`.execute(tx);
  return rows[0]?.last ?? undefined;
}

async function placesOf(tx: Tx, table: string, column: string): Promise<string[]> {
  const { rows } = await sql<{ first: string | null; last: string | null; any: string | null }>`
    SELECT min(ctid) FILTER (WHERE ${sql.ref(column)} IS NOT NULL)::text AS first,
      max(ctid) FILTER (WHERE ${sql.ref(column)} IS NOT NULL)::text AS last, max(ctid)::text AS any
    FROM ${sql.table(table)}`.execute(tx);
  const { first, last, any } = rows[0] ?? {};
  return [...new Set([first ?? any, last])].filter((place) => typeof place === "string");
}

type Change = { readonly change: string; readonly value: RawBuilder<unknown> };

function changesOf(type: string, column: RawBuilder<unknown>): readonly Change[] {
  const one = (change: string, value: RawBuilder<unknown>): readonly Change[] => [{ change, value }];
  switch (type) {
    case "text":
      return one("a letter more", sql`coalesce(${column}, '') || 'x'`);
    case "integer":
    case "bigint":
    case "double precision":
      return one("one more", sql`coalesce(${column}, 0) + 1`);
    case "boolean":
      return one("the opposite", sql`NOT coalesce(${column}, false)`);
    case "timestamp with time zone":
      // Some are stated once an hour: rows may be newer by that.
      return one("a day later", sql`coalesce(${column}, now()) + interval '1 day'`);
    case "jsonb":
      return one("another leaf", sql`null`);
    case "bytea":
      return one(
        "a bit",
        sql`set_byte(coalesce(${column}, '\\x00'), 0, get_byte(coalesce(${column}, '\\x00'), 0) # 1)`,
      );
    case "inet":
      return one("the next address", sql`${column} + 1`);
    case "integer[]":
      return one("one element less", sql`${column}[2:]`);
    case "tstzrange":
      return [
        {
          change: "a later beginning",
          value: sql`tstzrange(lower(${column}) + interval '1 millisecond', upper(${column}))`,
        },
        {
          change: "another end",
          value: sql`tstzrange(lower(${column}), coalesce(upper(${column}), lower(${column})) + interval '1 second')`,
        },
      ];
    default:
      throw new Error(`no mutation is known for a column of type ${type}`);
  }
}

/** The same JSON with its last leaf changed. */
async function changedJson(tx: Tx, table: string, column: string, place: string): Promise<RawBuilder<unknown>> {
  const { rows } = await sql<{ text: string | null }>`
    SELECT ${sql.ref(column)}::text AS text FROM ${sql.table(table)} WHERE ctid = ${place}::tid`.execute(tx);
  const value: unknown = JSON.parse(rows[0]?.text ?? "null");
  return sql`${JSON.stringify(changedLeaf(value))}::text::jsonb`;
}

function changedLeaf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? ["x"] : [...value.slice(0, -1), changedLeaf(value.at(-1))];
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return `${value}x`;
  if (typeof value === "boolean") return !value;
  if (value === null) return "x";
  const members = Object.entries(value as object);
  const last = members.at(-1);
  return last === undefined
    ? { x: "x" }
    : Object.fromEntries([...members.slice(0, -1), [last[0], changedLeaf(last[1])]]);
}

/** Without triggers, foreign keys included, and without the constraints and unique indexes of the table. */
export async function unhindered(tx: Tx, table: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    SELECT conname AS name FROM pg_constraint WHERE conrelid = ${table}::regclass AND contype IN ('c', 'u', 'x', 'p')`.execute(
    tx,
  );
  for (const { name } of rows)
    await sql`ALTER TABLE ${sql.table(table)} DROP CONSTRAINT ${sql.ref(name)} CASCADE`.execute(tx);
  const identities = await sql<{ name: string }>`
    SELECT attname AS name FROM pg_attribute WHERE attrelid = ${table}::regclass AND attidentity <> ''`.execute(tx);
  for (const { name } of identities.rows)
    await sql`ALTER TABLE ${sql.table(table)} ALTER COLUMN ${sql.ref(name)} DROP IDENTITY`.execute(tx);
  const indexes = await sql<{ name: string }>`
    SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = ${table}::regclass AND indisunique`.execute(
    tx,
  );
  for (const { name } of indexes.rows) await sql`DROP INDEX ${sql.ref(name)}`.execute(tx);
  await sql`SET LOCAL session_replication_role = replica`.execute(tx);
}
