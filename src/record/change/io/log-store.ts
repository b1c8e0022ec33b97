import { Fault } from "../../../model/index.ts";
import type { UntypedEntry, Instant } from "../../../model/index.ts";
import { holdRule } from "../../../platform/storage/index.ts";
import type { Tx } from "../../../platform/storage/tables.ts";
import { emptyTree, formatHandover, isKeyName, toBase64, treeFromFrontier, verifierKey } from "@portolan/verifier";
import type { Tree, VerifierKey } from "@portolan/verifier";
import {
  checkpointFrom,
  keysOfLog,
  originOf,
  signCheckpointNote,
  signNote,
  storedEntry,
  type BoundFields,
  type Checkpoint,
  type Hold,
  type SigningKey,
} from "../../evidence/index.ts";

/** Five parameters per row; PostgreSQL accepts 65,535 per statement. */
const INSERT_ROWS = 1_000;
const VERIFY =
  "Run `portolan evidence verify`; if it finds the log altered, keep this database for an investigation, and restore a backup into an empty one.";

function broken(what: string): Fault {
  return new Fault("evidence-broken", `The evidence log is broken: ${what}. Nothing was appended.`, {
    place: "evidence_head",
    next: VERIFY,
  });
}

/** The fault of each append to a log that a checkpoint from outside contradicts. */
function heldFault({ problem, next }: Hold): Fault {
  return new Fault("evidence-broken", `${problem} Nothing is appended to this log.`, { place: "evidence_head", next });
}

function treeOf(head: { readonly size: number; readonly frontier: Uint8Array }): Tree {
  const tree = treeFromFrontier(head.size, head.frontier);
  if (tree === undefined) throw broken(`its head does not have one hash for every subtree of ${head.size} entries`);
  return tree;
}

/** Locks the head until the transaction ends: transactions that append or sign wait here for one another. */
async function lockHead(tx: Tx): Promise<{ origin: string; tree: Tree } | undefined> {
  const head = await tx
    .selectFrom("evidence_head")
    .select(["origin", "size", "frontier", "held"])
    .forUpdate()
    .executeTakeFirst();
  if (head === undefined) return undefined;
  if (head.held !== null) throw heldFault(head.held);
  // A separate statement, because one that waited for the lock still reads the rows from before it waited.
  const last = await tx
    .selectFrom("evidence_entry")
    .select("index")
    .orderBy("index", "desc")
    .limit(1)
    .executeTakeFirst();
  const stored = last === undefined ? 0 : last.index + 1;
  if (stored !== head.size)
    throw broken(`its head counts ${head.size} entries, but the last one stored has the index ${stored - 1}`);
  return { origin: head.origin, tree: treeOf(head) };
}

async function append(tx: Tx, tree: Tree, entries: readonly UntypedEntry[]): Promise<void> {
  const rows = entries.map((entry, offset) => {
    const { index, body, leafHash } = storedEntry(entry, tree.size() + offset);
    return { index, type: entry.type, recorded_at: new Date(entry.at), body, leaf_hash: leafHash };
  });
  for (let first = 0; first < rows.length; first += INSERT_ROWS) {
    await tx
      .insertInto("evidence_entry")
      .values(rows.slice(first, first + INSERT_ROWS))
      .execute();
  }
  for (const row of rows) tree.append(row.leaf_hash);
  await tx.updateTable("evidence_head").set({ size: tree.size(), frontier: tree.frontier() }).execute();
}

/** The key that signs the log now; `evidence-broken` when entry 0 names none, or a later entry claims one falsely. */
async function keyOfLog(tx: Tx): Promise<VerifierKey> {
  const found = await keysOfLog(tx);
  if (found.problem !== undefined) throw broken(found.problem);
  const key = found.keys.at(-1);
  if (key === undefined) throw broken("its entry 0 does not name the key that signs it");
  return key;
}

function isKey(ofLog: VerifierKey, key: SigningKey): boolean {
  return toBase64(key.publicKey) === toBase64(ofLog.publicKey);
}

/** Waits for other appends, which then wait until this transaction ends. False: the log is not begun. */
export async function holdLog(tx: Tx): Promise<boolean> {
  return (await lockHead(tx)) !== undefined;
}

/** Whether the log was begun, and `key` signs it. */
export async function isSignedWith(tx: Tx, key: SigningKey): Promise<boolean> {
  return isKey(await keyOfLog(tx), key);
}

/** The given key if it signs this log, or the one that has taken its place. @throws Fault `conflict` */
function fittingKey(ofLog: VerifierKey, key: SigningKey): SigningKey {
  if (isKey(ofLog, key)) return key;
  const renewed = key.renewed?.(ofLog.publicKey);
  if (renewed !== undefined && isKey(ofLog, renewed)) return renewed;
  const own = verifierKey(ofLog.name, key.publicKey);
  throw new Fault(
    "conflict",
    `This evidence log is signed with key ${ofLog.id}, but this installation has key ${own.id}`,
    {
      place: "keys/evidence.pem",
      next: "Put the keys/evidence.pem of the installation that created the log (from its PORTOLAN_HOME, or your copy: portolan backup leaves it out) into this one's. If there never was another installation, the log was replaced: keep this database for an investigation.",
    },
  );
}

/**
 * Ensures that the log exists and that `key` signs it: an empty one gets its entry 0, `log-created`, with its name, the
 * public key and the key's id. Safe for two first writers at once; later calls have no effect. `conflict` when the log
 * was created with another key. `origin` (default: from the key) follows the C2SP key names. `binds` says which fields
 * of the tables the entries of this log state from its beginning on.
 */
export async function beginLog(
  tx: Tx,
  { key, at, origin = originOf(key), binds }: { key: SigningKey; at: Instant; origin?: string; binds?: BoundFields },
): Promise<void> {
  if ((await lockHead(tx)) === undefined) {
    if (!isKeyName(origin)) {
      throw new Fault(
        "config-invalid",
        "The name of the evidence log is empty, or has spaces, a plus or control characters",
        {
          next: "Use a name like a URL without its scheme, for example portolan.example.com/log.",
        },
      );
    }
    // Waits for a restore or another first writer; if that one commits, the log is its own.
    await holdRule(tx, "first-record");
    const created = await tx
      .insertInto("evidence_head")
      .values({ origin, size: 0, frontier: new Uint8Array(0) })
      .onConflict((conflict) => conflict.doNothing())
      .returning("size")
      .executeTakeFirst();
    if (created !== undefined) {
      const { id, publicKey } = verifierKey(origin, key.publicKey);
      const bound = binds === undefined ? {} : { binds };
      const data = { keyId: id, origin, publicKey: toBase64(publicKey), ...bound };
      await append(tx, emptyTree(), [{ type: "log-created", at, data }]);
      return;
    }
  }
  fittingKey(await keyOfLog(tx), key);
}

async function lockBegun(tx: Tx): Promise<{ origin: string; tree: Tree }> {
  const head = await lockHead(tx);
  if (head !== undefined && head.tree.size() > 0) return head;
  throw new Fault("conflict", "The evidence log has not been begun: it records no key that signs it", {
    place: "evidence_head",
    next: "Run `portolan start` or `portolan sweep`, which begin the log. In code, call beginLog before the first entry.",
  });
}

/**
 * Appends entries in order, in the transaction of the change that they record: its commit stores both, or neither.
 * Other appends wait until that transaction ends. `first` is the index of the first of them, `size` the number of
 * entries in the log afterwards. `conflict` for an entry that JSON cannot hold, and before {@link beginLog};
 * `evidence-broken` when head and entries do not match; nothing is appended then.
 */
export async function appendEntries(
  tx: Tx,
  entries: readonly UntypedEntry[],
): Promise<{ first: number; size: number }> {
  const { tree } = await lockBegun(tx);
  const first = tree.size();
  if (entries.length > 0) await append(tx, tree, entries);
  return { first, size: tree.size() };
}

/**
 * Signs the current log. If it is unchanged since this key's last checkpoint, returns that one and writes nothing.
 * `conflict` when the log has another key.
 */
export async function signCheckpoint(tx: Tx, key: SigningKey, at: Instant): Promise<Checkpoint> {
  const { origin, tree } = await lockBegun(tx);
  const ofLog = await keyOfLog(tx);
  const signer = fittingKey(ofLog, key);
  const size = tree.size();
  const existing = await tx
    .selectFrom("evidence_checkpoint")
    .selectAll()
    .where("size", "=", size)
    .where("key_id", "=", ofLog.id)
    .executeTakeFirst();
  if (existing !== undefined) return checkpointFrom(existing);
  return await storeCheckpoint(tx, { origin, tree, keyId: ofLog.id, at }, signer);
}

async function storeCheckpoint(
  tx: Tx,
  { origin, tree, keyId, at }: { origin: string; tree: Tree; keyId: string; at: Instant },
  ...keys: readonly SigningKey[]
): Promise<Checkpoint> {
  const body = { origin, size: tree.size(), rootHash: tree.root() };
  const note = signCheckpointNote(body, ...keys);
  const row = { size: body.size, root_hash: body.rootHash, key_id: keyId, note, signed_at: new Date(at) };
  await tx.insertInto("evidence_checkpoint").values(row).execute();
  return checkpointFrom(row);
}

/**
 * Hands the log over to another key: an entry with a checkpoint that both keys signed, and a checkpoint over that entry,
 * signed by both as well. `conflict` when `key` does not sign the log, or `next` signs it already.
 */
export async function handOver(
  tx: Tx,
  { key, next, at, by, previousKey }: Handover,
): Promise<{ readonly entry: number; readonly previous: VerifierKey; readonly checkpoint: Checkpoint }> {
  const { origin, tree } = await lockBegun(tx);
  const previous = await keyOfLog(tx);
  if (isKey(previous, next)) {
    throw new Fault("conflict", "Another process has just given this log its new key", {
      next: "There is nothing to do. portolan evidence verify prints the new key.",
    });
  }
  const signer = fittingKey(previous, key);
  const successor = verifierKey(origin, next.publicKey);
  const entry = tree.size();
  const note = signNote(
    formatHandover({ origin, size: entry, rootHash: tree.root() }, successor),
    origin,
    signer,
    next,
  );
  const { id: keyId, publicKey } = successor;
  const data = { keyId, publicKey: toBase64(publicKey), previousKeyId: previous.id, note, previousKey, by };
  await append(tx, tree, [{ type: "key-rotated", at, data }]);
  const checkpoint = await storeCheckpoint(tx, { origin, tree, keyId, at }, signer, next);
  return { entry, previous, checkpoint };
}

export interface Handover {
  /** Signs the log until now. */
  readonly key: SigningKey;
  readonly next: SigningKey;
  readonly at: Instant;
  readonly by: string;
  readonly previousKey: "kept" | "destroyed";
}
