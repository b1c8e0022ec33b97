declare module "../../model/entry.ts" {
  interface EntryData {
    /**
     * An authority stated when it had the checkpoint over `size` entries. `digest` is the SHA-256 of its response: the
     * next timestamp covers this entry, and so shows that the response existed while its certificate was valid.
     */
    "checkpoint-timestamped": {
      readonly size: number;
      readonly keyId: string;
      readonly digest: string;
      readonly stampedAt: string;
      readonly authority: string;
      readonly validUntil: string;
    };
  }
}
export {};
