import { hash } from "node:crypto";
import { formatInstant, type Instant } from "../../../model/index.ts";
import { recordChange, type ChangeDeps } from "../../../record/change/index.ts";
import type { ReadContent } from "../read-source.ts";
import { createRecordsDigest } from "../records-digest.ts";
import { insertSource, type StoredSource } from "./source-store.ts";

export interface GivenSource extends Pick<StoredSource, "name" | "asOf" | "asOfFrom"> {
  /** The unchanged file. */
  readonly file: Uint8Array;
  readonly by: string;
}

/** Records what a file says about the boundary, with an entry. */
export async function recordSource(
  deps: ChangeDeps,
  at: Instant,
  given: GivenSource,
  { kind, format, records, leftOut }: ReadContent,
): Promise<StoredSource> {
  const { name, file, asOf, asOfFrom, by } = given;
  const { unreadable, ended } = leftOut;
  const digest = hash("sha256", file, "hex");
  const read = { name, kind, format, digest, bytes: file.length, unreadable, ended, asOfFrom };
  const overRecords = createRecordsDigest();
  const numbered = records.map((record, place) => ({ number: place + 1, ...record }));
  for (const record of numbered) overRecords.add(record);
  const recordsDigest = overRecords.end();
  return await recordChange(deps, at, async (change) => {
    const stored = { ...read, asOf, recordedAt: change.at, recordedBy: by };
    const id = await insertSource(change.tx, stored, numbered);
    change.append({
      type: "boundary-source-recorded",
      at: change.at,
      data: { source: id, ...read, records: records.length, recordsDigest, asOf: formatInstant(asOf), by },
    });
    return { id, ...stored };
  });
}
