import { sql } from "kysely";
import { openStore } from "../../src/platform/storage/index.ts";
import type { BenchPlace } from "./places.ts";

export interface TableBytes {
  readonly table: string;
  readonly rows: number;
  /** Rows, with what is stored out of line. */
  readonly data: number;
  readonly indexes: number;
}

/** Bytes on disk of every table with rows, the largest first. The application must be closed. */
export async function tableBytes({ home, databaseUrl }: BenchPlace): Promise<TableBytes[]> {
  const store = await openStore({ home, databaseUrl });
  try {
    await store.executeSql("VACUUM ANALYZE");
    const { rows } = await sql<TableBytes>`
      SELECT relname AS table, greatest(reltuples, 0)::float8 AS rows,
        (pg_total_relation_size(oid) - pg_indexes_size(oid))::float8 AS data, pg_indexes_size(oid)::float8 AS indexes
      FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
      ORDER BY pg_total_relation_size(oid) DESC`.execute(store.db);
    return rows.filter(({ rows: count }) => count > 0);
  } finally {
    await store.close();
  }
}
