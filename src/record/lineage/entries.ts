declare module "../../model/entry.ts" {
  interface EntryData {
    /** The first entry after the backup: from here on, this is another history than that of the original. */
    "record-restored": {
      readonly record: string;
      readonly generation: number;
      readonly backupOf: string;
      /** The largest size of a checkpoint outside that was known then, if this log does not reach it. */
      readonly lost?: number;
    };
  }
}
export {};
