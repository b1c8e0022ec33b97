import { sql } from "kysely";
import type { Db } from "../../../platform/storage/tables.ts";

export interface TableShape {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly identity: boolean }[];
}

/**
 * Tables that a backup leaves out. Its header lists the migrations, and a restored database records its own. The outbox
 * holds pending notifications, which a restored record must not send a second time.
 */
const NOT_DATA = new Set(["schema_migration", "outbox"]);

/** Every table of the record that holds data, referenced tables first: rows can be inserted in that order. */
export async function tablesInOrder(db: Db): Promise<TableShape[]> {
  const columns = await sql<{ table: string; name: string; type: string; identity: boolean }>`
    SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
           a.attidentity <> '' AS identity
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attgenerated = ''
     ORDER BY c.relname COLLATE "C", a.attnum`.execute(db);
  const references = await sql<{ table: string; refers: string }>`
    SELECT c.relname AS "table", r.relname AS refers
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
     WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace AND r.oid <> c.oid`.execute(db);

  const shapes = Map.groupBy(columns.rows, ({ table }) => table);
  const refersTo = Map.groupBy(references.rows, ({ table }) => table);
  const ordered: TableShape[] = [];
  const seen = new Set<string>(NOT_DATA);
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const { refers } of refersTo.get(name) ?? []) visit(refers);
    ordered.push({ name, columns: shapes.get(name) ?? [] });
  };
  for (const name of shapes.keys()) visit(name);
  return ordered;
}
