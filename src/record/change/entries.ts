declare module "../../model/entry.ts" {
  interface EntryData {
    /** Entry 0: the log's name and the key that signs it, in Base64. */
    "log-created": { readonly keyId: string; readonly origin: string; readonly publicKey: string };
  }
}
export {};
