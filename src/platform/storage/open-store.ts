import { readMigrations } from "./migrations.ts";
import { openEmbedded } from "./pglite.ts";
import { openPostgres } from "./postgres.ts";
import type { Store, StoreConfig } from "./store.ts";

/**
 * Opens the record and applies the migrations it lacks. Faults: `store-unavailable` when it cannot be opened or
 * reached, `store-locked` when another process holds the embedded directory, `config-invalid` for an invalid database
 * URL. No message contains a password.
 */
export async function openStore(config: StoreConfig): Promise<Store> {
  const { databaseUrl, migrations = readMigrations() } = config;
  return databaseUrl === undefined ? openEmbedded({ ...config, migrations }) : openPostgres(databaseUrl, migrations);
}
