import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StoreConfig } from "./store.ts";

/** Whether there is, or may be, a record: an embedded database that was begun, or a PostgreSQL whatever is in it. */
export function hasRecord({ home, databaseUrl }: StoreConfig): boolean {
  return databaseUrl !== undefined || existsSync(join(home, "data"));
}
