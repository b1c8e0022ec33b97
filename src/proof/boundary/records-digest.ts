import { createHash } from "node:crypto";
import type { SourceRecord } from "./source-record.ts";

/** A record with its place in the file, from 1. */
export interface NumberedRecord extends SourceRecord {
  readonly number: number;
}

/** SHA-256 (hex) over the records of one import: a line of JSON `[number, name, address, detail]` for each. */
export function createRecordsDigest(): { add(record: NumberedRecord): void; end(): string } {
  const digest = createHash("sha256");
  return {
    add: ({ number, name = null, address = null, detail }) =>
      void digest.update(`${JSON.stringify([number, name, address, detail])}\n`),
    end: () => digest.digest("hex"),
  };
}
