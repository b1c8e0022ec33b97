/** The whole record in one file: as it is at an instant, and back into a database that holds nothing. */
export { spooled } from "./io/spool.ts";
export { readBackup } from "./io/read-backup.ts";
export { restoreBackup, type Restored } from "./io/restore-backup.ts";
export { writeBackup } from "./io/write-backup.ts";
