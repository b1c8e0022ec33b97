import { statSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../model/index.ts";
import { codeOf, fileFault } from "./faults.ts";
import type { StoreConfig } from "./store.ts";

/**
 * Whether a record exists or may exist: an embedded database that was created, or any PostgreSQL. Throws a
 * `store-unavailable` fault if this user is not allowed to see: a record that cannot be read is not an empty one.
 */
export function hasRecord({ home, databaseUrl }: StoreConfig): boolean {
  if (databaseUrl !== undefined) return true;
  try {
    statSync(join(home, "data"));
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return false;
    if (code !== "EACCES" && code !== "EPERM") throw fileFault(error, home);
    throw new Fault("store-unavailable", `This user is not allowed to look into ${home}, so it may hold a record.`, {
      place: home,
      next: "Run the command as the user who owns that directory, or name another one in PORTOLAN_HOME.",
      cause: error,
    });
  }
}
