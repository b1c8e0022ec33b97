import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { migrate } from "./migrate.ts";
import type { Migration } from "./migrations.ts";
import { connectionFault, isConnectionLost, migrationFault, serverFault } from "./postgres-faults.ts";
import type { ServerFacts } from "./postgres-faults.ts";
import { parseDatabaseUrl } from "./postgres-place.ts";
import { retried } from "./retry.ts";
import type { InSession, Store } from "./store.ts";
import type { Tables } from "./tables.ts";
import { BYTEA, bytesOfHex, dateOf, INT8, TIMESTAMPTZ, wholeNumber } from "./values.ts";

/**
 * Settings of every session, regardless of the configuration of server and role: the text formats that the drivers
 * read, UTC in the text of ranges, and commits that are on disk when they are acknowledged.
 */
const SESSION = `
  SET TimeZone = 'UTC'; SET DateStyle = 'ISO, MDY'; SET bytea_output = 'hex';
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`;

const FACTS = `SELECT current_setting('server_version_num')::int4 AS version, current_setting('server_version') AS name,
  current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby`;

/** Opens the record in a PostgreSQL database of version 15 or newer. */
export async function openPostgres(databaseUrl: string, migrations: readonly Migration[]): Promise<Store> {
  const place = parseDatabaseUrl(databaseUrl);
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: "portolan",
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: { getTypeParser },
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits for it; its types do not say so yet
    onConnect: async (client) => {
      await client.query(SESSION);
    },
  });
  // A connection that broke while idle: the pool has dropped it, and the next caller gets a new one or the fault.
  pool.on("error", () => undefined);
  const connect = () =>
    pool.connect().catch((error: unknown) => {
      throw connectionFault(error, place);
    });
  const inSession = sessionsOf(connect);
  try {
    const facts = await inSession(async (session) => (await session.query(FACTS)).rows[0] as ServerFacts);
    const unfit = serverFault(facts, place);
    if (unfit !== undefined) throw unfit;
    await migrate(inSession, migrations, place.text).catch((error: unknown) => {
      throw migrationFault(error, place);
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: { connect, end: () => pool.end(), options: pool.options } }),
  });
  let closing: Promise<void> | undefined;
  return {
    db,
    kind: "postgresql",
    transaction: (work) =>
      retried(() => db.transaction().execute(work)).catch((error: unknown) => {
        throw isConnectionLost(error) ? connectionFault(error, place) : error;
      }),
    async executeSql(text, values) {
      const client = await connect();
      try {
        const result: unknown =
          values !== undefined && values.length > 0 ? await client.query(text, values) : await client.query(text);
        client.release();
        const results = (Array.isArray(result) ? result : [result]) as { rows: unknown[] }[];
        return { rows: results.flatMap((one) => one.rows) };
      } catch (error) {
        // The SQL may have begun a transaction before it failed; this session is not used again.
        client.release(true);
        throw error;
      }
    },
    close() {
      // Not db.destroy(), which leaves the pool open if no query went through kysely.
      closing ??= pool.end();
      return closing;
    },
  };
}

function sessionsOf(connect: () => Promise<pg.PoolClient>): InSession {
  return async (work) => {
    const client = await connect();
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
      client.release(true);
      throw error;
    }
  };
}

/** Per pool: other users of pg in this process keep its defaults. */
function getTypeParser(oid: number, format?: "text" | "binary"): (text: string) => unknown {
  if (format !== "binary" && oid === INT8) return wholeNumber;
  if (format !== "binary" && oid === BYTEA) return bytesOfHex;
  if (format !== "binary" && oid === TIMESTAMPTZ) return dateOf;
  return pg.types.getTypeParser(oid, format ?? "text") as (text: string) => unknown;
}
