declare module "../../model/entry.ts" {
  interface EntryData {
    /**
     * A witness holds a history of this log that the checkpoint over `size` entries does not extend. `witnessed` is the
     * number of entries that it had cosigned, `status` its answer.
     */
    "witness-disagreed": {
      readonly witness: string;
      readonly size: number;
      readonly witnessed: number;
      readonly status: number;
    };
  }
}
export {};
