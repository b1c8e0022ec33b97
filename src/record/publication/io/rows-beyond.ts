import { sql } from "kysely";
import { formatInstant } from "../../../model/index.ts";
import type { Db } from "../../../platform/storage/tables.ts";

/** Processes that share a record date their rows by clocks that differ a little. */
const TOLERANCE = "1 minute";

/**
 * Rows of the database that know of entries after the last one, as main clauses. An older copy of a database has none,
 * because everything in it is of one moment; a log whose end was deleted leaves some.
 */
export async function rowsBeyond(db: Db, size: number): Promise<string[]> {
  const found: string[] = [];
  const largest = async (table: "evidence_checkpoint" | "checkpoint_sent", says: (at: number) => string) => {
    const row = await db
      .selectFrom(table)
      .select(({ fn }) => fn.max("size").as("size"))
      .executeTakeFirst();
    if (row?.size !== null && row !== undefined && row.size > size) found.push(says(row.size));
  };
  await largest("evidence_checkpoint", (at) => `evidence_checkpoint has a checkpoint of ${at} entries`);
  await largest("checkpoint_sent", (at) => `checkpoint_sent says that one of ${at} entries was sent`);
  const head = await db.selectFrom("evidence_head").select("size").executeTakeFirst();
  if (head !== undefined && head.size > size) found.push(`evidence_head counts ${head.size} entries`);
  for (const table of await tablesWithEntries(db)) {
    const { rows } = await sql<{ entry: number | null }>`
      SELECT max(entry_index)::bigint AS entry FROM ${sql.table(table)}`.execute(db);
    const entry = rows[0]?.entry ?? -1;
    if (entry >= size) found.push(`${table} has a row of entry ${entry}`);
  }
  const { rows } = await sql<{ what: string; at: Date }>`
    WITH last AS (SELECT max(recorded_at) + ${TOLERANCE}::interval AS at FROM evidence_entry)
    SELECT 'sweep ' || id AS what, ended_at AS at FROM sweep, last WHERE ended_at > last.at
    UNION ALL
    SELECT 'an event of finding ' || finding_id, e.at FROM finding_event e, last WHERE e.at > last.at
    ORDER BY at DESC LIMIT 1`.execute(db);
  for (const { what, at } of rows) found.push(`${what} is of ${formatInstant(at.getTime())}`);
  return found;
}

async function tablesWithEntries(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT table_name AS name FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name = 'entry_index' ORDER BY table_name`.execute(db);
  return rows.map(({ name }) => name);
}
