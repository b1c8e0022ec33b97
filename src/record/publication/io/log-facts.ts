import { sql } from "kysely";
import type { Db } from "../../../platform/storage/tables.ts";
import {
  checkBody,
  emptyTree,
  keysOfLog,
  parseCheckpointBody,
  parseNote,
  checkNote,
  pageOfCheckpoints,
  readEntries,
  sameHash,
  textLeafHash,
  verifierKey,
  type Checkpoint,
  type VerifierKey,
} from "../../evidence/index.ts";
import type { HeldNote, LogFacts } from "../verdict.ts";
import { rowsBeyond } from "./rows-beyond.ts";

/**
 * Facts of the log that checkpoints from outside are compared with. Reads the log up to the largest size that one of them has.
 *
 * @param ownKeys of the home. If the log is signed by one of them, another one of them signed a later state of it.
 */
export async function logFacts(
  db: Db,
  notes: readonly HeldNote[],
  ownKeys: readonly Uint8Array[],
): Promise<LogFacts | undefined> {
  const head = await db.selectFrom("evidence_head").select("origin").executeTakeFirst();
  const last = await db
    .selectFrom("evidence_entry")
    .select(({ fn }) => fn.max("index").as("index"))
    .executeTakeFirst();
  if (head === undefined || last?.index === null || last === undefined) return undefined;
  const size = last.index + 1;
  const keys = await keysWith(db, ownKeys);
  const [own] = await pageOfCheckpoints(db, { limit: 1, below: size + 1 });
  const sizes = new Set([...notes.flatMap(({ note }) => sizesOf(note)), ...(own === undefined ? [] : [own.size])]);
  const roots = await rootsAt(db, sizes, size);
  return {
    origin: head.origin,
    size,
    keys,
    rootAt: (at) => roots.get(at),
    signedSize: own !== undefined && (await isSignedRoot(own, keys, roots.get(own.size))) ? own.size : 0,
    beyond: await rowsBeyond(db, size),
    restores: await restoresIn(db),
  };
}

/** Every key of the log, and those of the home that may have become its key later. */
export async function keysWith(db: Db, ownKeys: readonly Uint8Array[]): Promise<readonly VerifierKey[]> {
  const { keys } = await keysOfLog(db);
  const last = keys.at(-1);
  if (last === undefined || ownKeys.every((own) => !sameHash(own, last.publicKey))) return keys;
  const more = ownKeys.map((own) => verifierKey(last.name, own));
  return [...keys, ...more.filter(({ id }) => keys.every((key) => key.id !== id))];
}

function sizesOf(note: string): number[] {
  const parsed = parseNote(note);
  const body = parsed === undefined ? undefined : parseCheckpointBody(parsed.text);
  return body === undefined ? [] : [body.size];
}

/** Roots over the first entries, recomputed from their bodies; none beyond a missing entry. */
async function rootsAt(db: Db, sizes: ReadonlySet<number>, size: number): Promise<ReadonlyMap<number, Uint8Array>> {
  const roots = new Map<number, Uint8Array>();
  const end = Math.max(0, ...[...sizes].filter((each) => each <= size));
  const tree = emptyTree();
  if (sizes.has(0)) roots.set(0, tree.root());
  if (end === 0) return roots;
  for await (const { index, body } of readEntries(db, { end })) {
    if (index !== tree.size()) break;
    tree.append(textLeafHash(body));
    if (sizes.has(tree.size())) roots.set(tree.size(), tree.root());
  }
  return roots;
}

async function isSignedRoot(
  { note: text }: Checkpoint,
  keys: readonly VerifierKey[],
  root: Uint8Array | undefined,
): Promise<boolean> {
  const note = parseNote(text);
  const body = note === undefined ? undefined : parseCheckpointBody(note.text);
  if (note === undefined || body === undefined || root === undefined) return false;
  return sameHash(body.rootHash, root) && (await checkNote(note, keys)).outcome === "verified";
}

async function restoresIn(db: Db): Promise<LogFacts["restores"]> {
  const { rows } = await sql<{ index: number; type: string; recorded_at: Date; body: string }>`
    SELECT index, type, recorded_at, body FROM evidence_entry WHERE type = 'record-restored' ORDER BY index`.execute(
    db,
  );
  return rows.flatMap(({ index, type, recorded_at: at, body }) => {
    const check = checkBody({ index, type, recordedAt: at.getTime(), body });
    if (check.outcome !== "sound") return [];
    const { generation, lost } = check.body.data;
    if (typeof generation !== "number") return [];
    return [{ entry: index, generation, ...(typeof lost === "number" ? { lost } : {}) }];
  });
}
