export { hasRecord } from "./has-record.ts";
export { readMigrations, type Migration } from "./migrations.ts";
export { databaseText } from "./postgres-place.ts";
export { openStore } from "./open-store.ts";
export { holdRule } from "./rule-lock.ts";
export type { Store, StoreConfig } from "./store.ts";
export type { Db, Json, Tables, Tx } from "./tables.ts";
export { dateOf } from "./values.ts";
export { vantagePointId } from "./vantage-point.ts";
