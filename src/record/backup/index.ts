/** The whole record in one file: a backup of one instant, and its restore into an empty database. */
export { spooled } from "./io/spool.ts";
export { readBackup } from "./io/read-backup.ts";
export { restoreBackup, type RestoreOptions, type Restored } from "./io/restore-backup.ts";
export { writeBackup } from "./io/write-backup.ts";
