import { sql } from "kysely";
import type { Db } from "../../../platform/storage/tables.ts";
import { checkNote, parseCheckpointBody, parseNote, toBase64 } from "../../evidence/index.ts";
import { judgeHeld } from "../judge.ts";
import type { HeldNote, Judged } from "../verdict.ts";
import { keysWith, logFacts } from "./log-facts.ts";

/** Compares checkpoints from outside with the log. Empty if the log has not begun: nothing contradicts it. */
export async function compareHeld(
  db: Db,
  notes: readonly HeldNote[],
  ownKeys: readonly Uint8Array[],
): Promise<Judged[]> {
  if (notes.length === 0) return [];
  const facts = await logFacts(db, notes, ownKeys);
  return facts === undefined ? [] : await judgeHeld(notes, facts);
}

/**
 * The same for a start, which should not read the whole log: a note whose root the stored checkpoint of its size has
 * too belongs to this log. Whether that checkpoint fits the entries, `evidence verify` says.
 */
export async function compareAtStart(
  db: Db,
  notes: readonly HeldNote[],
  ownKeys: readonly Uint8Array[],
): Promise<Judged[]> {
  const keys = await keysWith(db, ownKeys);
  const doubtful: HeldNote[] = [];
  for (const held of notes) {
    const note = parseNote(held.note);
    const body = note === undefined ? undefined : parseCheckpointBody(note.text);
    const same =
      note !== undefined &&
      body !== undefined &&
      keys.some(({ name }) => name === body.origin) &&
      (await checkNote(note, keys)).outcome === "verified" &&
      (await storedRoot(db, body.size)) === toBase64(body.rootHash);
    if (!same) doubtful.push(held);
  }
  return await compareHeld(db, doubtful, ownKeys);
}

/** Of a checkpoint that the log reaches; a larger one does not prove that this database has its entries. */
async function storedRoot(db: Db, size: number): Promise<string | undefined> {
  const row = await db
    .selectFrom("evidence_checkpoint")
    .select("root_hash")
    .where("size", "=", size)
    .where("size", "<=", sql<number>`(SELECT max(index) + 1 FROM evidence_entry)`)
    .executeTakeFirst();
  return row === undefined ? undefined : toBase64(row.root_hash);
}
