import type { SourceKind } from "./source-record.ts";

declare module "../../model/entry.ts" {
  interface EntryData {
    /** A file that lists addresses and names was read: what it says about the boundary. */
    "boundary-source-recorded": {
      readonly source: number;
      readonly name: string;
      readonly kind: SourceKind;
      readonly format: string;
      /** SHA-256 (hex) of the file. */
      readonly digest: string;
      readonly bytes: number;
      readonly records: number;
      /** SHA-256 (hex) of the records, as `recordsDigest` computes it. */
      readonly recordsDigest: string;
      /** Values that are not addresses, and instances or leases that had ended: not among the records. */
      readonly unreadable: number;
      readonly ended: number;
      readonly asOf: string;
      /** Stated by a person, when the file was last written, or when the zone was transferred. */
      readonly asOfFrom: "stated" | "file" | "transfer";
      readonly by: string;
    };
    /** A source counts no longer, up to this import; it stays in the record. */
    "boundary-source-retired": { readonly name: string; readonly source: number; readonly by: string };
  }
}
