import type { ColumnType, Generated, Kysely, Transaction } from "kysely";

/** A jsonb column: read as parsed JSON, written as JSON text. */
export type Json<T> = ColumnType<T, string, string>;

/**
 * The tables of migrations/*.sql. `bigint` reads as number, `timestamptz` as Date, `bytea` as Uint8Array.
 *
 * Here are only the tables that storage itself keeps. A capability declares its own in its tables.ts, which merges them
 * into this interface, so that a new one adds tables without a change here and nothing is imported upwards.
 */
export interface Tables {
  schema_migration: { number: number; name: string; digest: string; applied_at: Generated<Date> };
  vantage_point: { id: Generated<number>; name: string };
}

/** A connection to the record, or an open transaction on it: what a store function takes first. */
export type Db = Kysely<Tables>;
/** An open transaction: what every function that writes takes first, so that change and evidence commit together. */
export type Tx = Transaction<Tables>;
