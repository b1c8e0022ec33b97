import { AbortedTransactionError, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult, TransactionSettings } from "kysely";
import type { Engine, Turn } from "./engine.ts";

/**
 * kysely over the turns of the embedded engine. kysely's own PGlite dialect waits for the connection inside kysely,
 * where a query on `db` from inside a transaction waits for that transaction forever; here the engine detects it. This
 * dialect also releases the turn when a BEGIN fails; kysely's own would keep waiting.
 */
export function pgliteDialect(engine: Engine): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => createDriver(engine),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

interface Connection extends DatabaseConnection {
  transaction: Turn | undefined;
}

function createDriver(engine: Engine): Driver {
  return {
    init: async () => undefined,
    acquireConnection: async () => createConnection(engine),
    async beginTransaction(connection: Connection, settings) {
      const turn = await engine.turn();
      try {
        await turn.exec(beginStatement(settings));
      } catch (error) {
        turn.end();
        throw error;
      }
      connection.transaction = turn;
    },
    async commitTransaction(connection: Connection) {
      const [result] = await endTransaction(connection, "COMMIT");
      if (result?.command === "ROLLBACK") throw new AbortedTransactionError();
    },
    async rollbackTransaction(connection: Connection) {
      await endTransaction(connection, "ROLLBACK");
    },
    releaseConnection: async () => undefined,
    destroy: () => engine.close(),
  };
}

async function endTransaction(connection: Connection, statement: "COMMIT" | "ROLLBACK") {
  const turn = connection.transaction;
  if (turn === undefined) return [];
  try {
    return await turn.exec(statement);
  } catch (error) {
    // A failed COMMIT leaves the transaction open, and the next turn must not run inside of it.
    if (statement === "COMMIT") await turn.exec("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    connection.transaction = undefined;
    turn.end();
  }
}

function createConnection(engine: Engine): Connection {
  const connection: Connection = {
    transaction: undefined,
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const held = connection.transaction;
      const turn = held ?? (await engine.turn());
      try {
        const { rows, affectedRows } = await turn.query(query.sql, query.parameters);
        return {
          rows: rows as R[],
          ...(affectedRows === undefined ? {} : { numAffectedRows: BigInt(affectedRows) }),
        };
      } finally {
        if (held === undefined) turn.end();
      }
    },
    // eslint-disable-next-line require-yield
    async *streamQuery() {
      throw new Error("The embedded database does not stream; read in pages.");
    },
  };
  return connection;
}

function beginStatement({ isolationLevel, accessMode }: TransactionSettings): string {
  const modes = [isolationLevel === undefined ? "" : `ISOLATION LEVEL ${isolationLevel}`, accessMode ?? ""];
  return `BEGIN ${modes.filter((mode) => mode !== "").join(", ")}`;
}
