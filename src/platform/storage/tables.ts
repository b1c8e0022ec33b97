import type { ColumnType, Generated, Kysely, Transaction } from "kysely";

/** A jsonb column: read as parsed JSON, written as JSON text. */
export type Json<T> = ColumnType<T, string, string>;

/**
 * The tables of migrations/*.sql. `bigint` reads as number, `timestamptz` as Date, `bytea` as Uint8Array.
 *
 * This file declares only the tables of storage itself. A capability declares its own in its tables.ts, which merges
 * them into this interface: a new one needs no change here, and nothing is imported upwards.
 */
export interface Tables {
  schema_migration: { number: number; name: string; digest: string; applied_at: Generated<Date> };
  vantage_point: { id: Generated<number>; name: string };
}

/** A connection to the record, or an open transaction on it: the first parameter of a store function. */
export type Db = Kysely<Tables>;
/**
 * An open transaction: the first parameter of every function that writes, so that change and evidence commit together.
 */
export type Tx = Transaction<Tables>;
