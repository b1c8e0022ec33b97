import type { Migration } from "./migrations.ts";
import type { Db, Tx } from "./tables.ts";

export interface StoreConfig {
  /** `postgresql://user:password@host:port/database`; absent: the embedded database in `home`. */
  readonly databaseUrl?: string | undefined;
  /** Directory of this installation. The embedded database is `<home>/data`, its lock `<home>/lock`. */
  readonly home: string;
  /** The process will query the embedded database for minutes or years, not just once. */
  readonly lasting?: boolean | undefined;
  /** The migrations to apply; absent: all of this version. */
  readonly migrations?: readonly Migration[] | undefined;
}

/** Rows as the driver returns them; the caller knows their shape. */
export interface SqlRows {
  // oxlint-disable-next-line typescript/no-explicit-any -- the shape pg-boss declares for its adapters
  rows: any[];
}

/** An open database with every migration applied. */
export interface Store {
  readonly db: Db;
  readonly kind: "embedded" | "postgresql";
  /**
   * Runs `work` in one transaction (read committed) and commits it, or rolls back when `work` throws. PostgreSQL may
   * refuse to serialize it (40001) or find a deadlock (40P01): then all of `work` runs again, up to five times, so it
   * must have no effect outside the transaction.
   *
   * The embedded database has one connection. Inside `work`, use `tx` alone: `db` would wait for `work` itself.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs SQL outside any transaction of {@link Store.transaction}, waiting for one that is open on the embedded
   * database. Without values, `text` may hold several statements, their own BEGIN and COMMIT included; the rows of all
   * of them come back in order.
   */
  executeSql(text: string, values?: unknown[]): Promise<SqlRows>;
  /** Waits for running work, closes, and releases the lock. Calling it again does nothing. */
  close(): Promise<void>;
}

/** Runs several statements or one with parameters on an exclusive session. */
export interface SqlSession {
  /** Statements without parameters, in the simple query protocol. */
  run(script: string): Promise<void>;
  query(text: string, values?: unknown[]): Promise<SqlRows>;
}

/** One transaction on its own session: committed when `work` resolves, rolled back when it throws. */
export type InSession = <T>(work: (session: SqlSession) => Promise<T>) => Promise<T>;
