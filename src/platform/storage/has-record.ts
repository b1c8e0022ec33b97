import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StoreConfig } from "./store.ts";

/** Whether a record exists or may exist: an embedded database that was created, or any PostgreSQL. */
export function hasRecord({ home, databaseUrl }: StoreConfig): boolean {
  return databaseUrl !== undefined || existsSync(join(home, "data"));
}
