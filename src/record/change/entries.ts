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
    /** Retention deleted rows of a kind of record, and bodies of entries, up to an instant. */
    "rows-pruned": {
      readonly kind: string;
      /** Everything of the kind that ended by then had to go. */
      readonly until: string;
      /** False: another entry continues with the same cut-off. */
      readonly complete: boolean;
      /** Of each table how many rows, and the SHA-256 (hex) over their names, each with a line feed, as `verify` names them. */
      readonly tables: {
        readonly [table: string]: {
          readonly rows: number;
          readonly digest: string;
          /** Names of rows that went before, whose end was stated by one of `entries`. */
          readonly ended?: readonly string[];
        };
      };
      /** The legal holds then; `addresses`: ranges, null for all. */
      readonly held: readonly {
        readonly hold: number;
        readonly from: string;
        readonly to: string | null;
        readonly addresses: readonly (readonly [first: string, last: string])[] | null;
      }[];
      /** Entries of which only number, type, time and hash remain: `digest` is over these, as prunedLine gives them. */
      readonly entries: {
        readonly count: number;
        readonly ranges: readonly (readonly [first: number, last: number])[];
        readonly digest: string;
      } | null;
      readonly by: string;
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
