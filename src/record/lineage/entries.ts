declare module "../../model/entry.ts" {
  interface EntryData {
    /** The first entry after the backup: from here on, this is another history than that of the original. */
    "record-restored": { readonly record: string; readonly generation: number; readonly backupOf: string };
  }
}
export {};
