import { Kysely, PostgresDialect } from "kysely";
import { Pool, types } from "pg";
import type { PoolClient } from "pg";
import { migrate } from "./migrate.ts";
import { readMigrations } from "./migrations.ts";
import type { InSession, Store } from "./store.ts";
import type { Tables } from "./tables.ts";

export async function openPostgres(databaseUrl: string): Promise<Store> {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: "portolan",
    types: { getTypeParser },
  });
  pool.on("error", () => undefined);
  try {
    await migrate(sessionsOf(pool), readMigrations(), "database");
  } catch (error) {
    await pool.end();
    throw error;
  }
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  let closing: Promise<void> | undefined;
  return {
    db,
    kind: "postgresql",
    transaction: (work) => db.transaction().execute(work),
    async executeSql(text, values) {
      const result: unknown =
        values !== undefined && values.length > 0 ? await pool.query(text, values) : await pool.query(text);
      const results = Array.isArray(result) ? (result as { rows: unknown[] }[]) : [result as { rows: unknown[] }];
      return { rows: results.flatMap((one) => one.rows) };
    },
    close() {
      // Not db.destroy(): that leaves the pool open when no query went through kysely.
      closing ??= pool.end();
      return closing;
    },
  };
}

function sessionsOf(pool: Pool): InSession {
  return async (work) => {
    const client: PoolClient = await pool.connect();
    try {
      await client.query("BEGIN");
      const result = await work({
        run: async (script) => {
          await client.query(script);
        },
        query: (text, values) => client.query(text, values),
      });
      await client.query("COMMIT");
      client.release();
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch(() => undefined);
      client.release(true);
      throw error;
    }
  };
}

const INT8 = 20;
const BYTEA = 17;

function getTypeParser(oid: number, format?: "text" | "binary") {
  if (format !== "binary" && oid === INT8) return wholeNumber;
  const parse = types.getTypeParser(oid, format ?? "text") as (text: string) => unknown;
  if (oid !== BYTEA) return parse;
  return (text: string) => new Uint8Array(parse(text) as Buffer);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is a bigint that a JavaScript number cannot hold`);
  return value;
}
