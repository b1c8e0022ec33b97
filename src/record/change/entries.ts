declare module "../../model/entry.ts" {
  interface EntryData {
    /** Entry 0: the log's name and the key that signs it, in Base64. */
    "log-created": { readonly keyId: string; readonly origin: string; readonly publicKey: string };
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
export {};
