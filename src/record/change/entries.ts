import type { JsonValue } from "../../model/index.ts";

declare module "../../model/entry.ts" {
  interface EntryData {
    /** Entry 0: the log's name and the key that signs it, in Base64. */
    "log-created": {
      readonly keyId: string;
      readonly origin: string;
      readonly publicKey: string;
      /** The fields of each table that the entries of this log state from its beginning on. Absent: a log from before. */
      readonly binds?: { readonly [table: string]: readonly string[] };
    };
    /** Rows of a record from before, as they stood: what no entry had stated of them until then. */
    "rows-adopted": {
      readonly table: string;
      readonly rows: readonly { readonly row: string; readonly fields: { readonly [field: string]: JsonValue } }[];
    };
    /** From this entry on, the log binds these fields of each table; `adopted` counts the rows adopted for that. */
    "answers-bound": {
      readonly binds: { readonly [table: string]: readonly string[] };
      readonly adopted: { readonly [table: string]: number };
    };
    /** The log gets another key. Both keys signed `note`: a checkpoint over the entries before, with the next key. */
    "key-rotated": {
      readonly keyId: string;
      /** In Base64. */
      readonly publicKey: string;
      readonly previousKeyId: string;
      readonly note: string;
      /** What the operator chose for the file of the previous key. */
      readonly previousKey: "kept" | "destroyed";
      readonly by: string;
    };
  }
}
