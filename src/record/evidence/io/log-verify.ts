import { sql } from "kysely";
import type { Db } from "../../../platform/storage/tables.ts";
import { fromBase64, parseCheckpointBody, parseNote, PRUNING_TYPE, verifyRecord } from "@portolan/verifier";
import type { ExpectedKey, StoredCheckpoint, StoredEntry, VerifierKey, VerifyReport } from "@portolan/verifier";
import { readCheckpoints, readEntries, REPORTED_EVERY, type LogProgress } from "./log-read.ts";
import { entriesOfTypes } from "./signed-row.ts";

export interface VerifyOptions {
  /**
   * Keys known from elsewhere. Absent: the key that entry 0 names; a log that was replaced as a whole then verifies.
   */
  readonly trustedKeys?: readonly VerifierKey[] | undefined;
  /** The key that has to sign this log; absent: whatever key entry 0 names. */
  readonly expectedKey?: ExpectedKey | undefined;
  /** Checkpoint notes that were kept outside this database. They reveal a cut tail or a replaced log. */
  readonly heldElsewhere?: readonly string[] | undefined;
  /** Rows read at a time; default 5,000. */
  readonly pageRows?: number | undefined;
  readonly onProgress?: LogProgress | undefined;
}

async function* reported(
  entries: AsyncIterable<StoredEntry>,
  total: number,
  onProgress: LogProgress,
): AsyncGenerator<StoredEntry, undefined> {
  let done = 0;
  for await (const entry of entries) {
    yield entry;
    done += 1;
    if (done % REPORTED_EVERY === 0 && done < total) onProgress(done, total);
  }
  onProgress(total, total);
}

function sizeOf(note: string): number {
  const parsed = parseNote(note);
  return (parsed && parseCheckpointBody(parsed.text)?.size) ?? 0;
}

/** Stored checkpoints and those from elsewhere in one ascending sequence. */
async function* allCheckpoints(
  stored: AsyncIterable<StoredCheckpoint> | Iterable<StoredCheckpoint>,
  notes: readonly string[],
): AsyncGenerator<StoredCheckpoint, undefined> {
  const held = notes
    .map((note) => ({ size: sizeOf(note), note, provenance: "held elsewhere" }))
    .sort((a, b) => a.size - b.size);
  for await (const checkpoint of stored) {
    while (held[0] !== undefined && held[0].size <= checkpoint.size) {
      yield held[0];
      held.shift();
    }
    yield checkpoint;
  }
  yield* held;
}

async function* storedCheckpoints(
  db: Db,
  largest: number,
  pageRows: number,
): AsyncGenerator<StoredCheckpoint, undefined> {
  for await (const { size, rootHash, keyId, note } of readCheckpoints(db, { largest, pageRows })) {
    yield { size, keyId, note, rootHash: fromBase64(rootHash) };
  }
}

/**
 * Recomputes the evidence log of a database from its entries, a page at a time, while others may append: it verifies
 * the entries that existed when it began. It reports problems of the log and never throws for them.
 */
export async function verifyLog(
  db: Db,
  { trustedKeys, expectedKey, heldElsewhere = [], pageRows = 5_000, onProgress = () => undefined }: VerifyOptions = {},
): Promise<VerifyReport> {
  // One statement, so that head, last entry and last checkpoint are from the same moment.
  const bounds = await db
    .selectNoFrom([
      sql<number | null>`(select max(index) from evidence_entry)`.as("last_index"),
      sql<number | null>`(select max(size) from evidence_checkpoint)`.as("last_checkpoint"),
      sql<number | null>`(select size from evidence_head)`.as("size"),
      sql<string | null>`(select origin from evidence_head)`.as("origin"),
      sql<Uint8Array | null>`(select frontier from evidence_head)`.as("frontier"),
    ])
    .executeTakeFirstOrThrow();
  const { last_index: last, last_checkpoint: largest, size, origin, frontier } = bounds;
  const stored = largest === null ? [] : storedCheckpoints(db, largest, pageRows);
  return verifyRecord({
    entries: last === null ? [] : reported(readEntries(db, { end: last + 1, pageRows }), last + 1, onProgress),
    checkpoints: allCheckpoints(stored, heldElsewhere),
    head: size === null || origin === null || frontier === null ? null : { size, origin, frontier },
    trustedKeys,
    expectedKey,
    prunings: await entriesOfTypes(db, [PRUNING_TYPE]),
  });
}
