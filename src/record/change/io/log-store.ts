import { Fault } from "../../../model/index.ts";
import type { UntypedEntry, Instant } from "../../../model/index.ts";
import { holdRule } from "../../../platform/storage/index.ts";
import type { Tx } from "../../../platform/storage/tables.ts";
import {
  checkBody,
  emptyTree,
  isKeyName,
  readLogStart,
  toBase64,
  treeFromFrontier,
  verifierKey,
} from "@portolan/verifier";
import type { Tree, VerifierKey } from "@portolan/verifier";
import {
  checkpointFrom,
  entryFrom,
  originOf,
  signCheckpointNote,
  storedEntry,
  type BoundFields,
  type Checkpoint,
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

function treeOf(head: { readonly size: number; readonly frontier: Uint8Array }): Tree {
  const tree = treeFromFrontier(head.size, head.frontier);
  if (tree === undefined) throw broken(`its head does not have one hash for every subtree of ${head.size} entries`);
  return tree;
}

/** Locks the head until the transaction ends: transactions that append or sign wait here for one another. */
async function lockHead(tx: Tx): Promise<{ origin: string; tree: Tree } | undefined> {
  const head = await tx
    .selectFrom("evidence_head")
    .select(["origin", "size", "frontier"])
    .forUpdate()
    .executeTakeFirst();
  if (head === undefined) return undefined;
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

/** The key that entry 0 names; `evidence-broken` when entry 0 is missing or names none. */
async function keyOfLog(tx: Tx): Promise<VerifierKey> {
  const row = await tx.selectFrom("evidence_entry").selectAll().where("index", "=", 0).executeTakeFirst();
  const check = row === undefined ? undefined : checkBody(entryFrom(row));
  const found = check?.outcome === "sound" ? readLogStart(check.body) : undefined;
  if (found?.outcome !== "read") throw broken("its entry 0 does not name the key that signs it");
  return found.start.key;
}

function isKeyOf(ofLog: VerifierKey, key: SigningKey): boolean {
  const own = verifierKey(ofLog.name, key.publicKey);
  return own.id === ofLog.id && toBase64(own.publicKey) === toBase64(ofLog.publicKey);
}

/** Waits for other appends, which then wait until this transaction ends. False: the log is not begun. */
export async function holdLog(tx: Tx): Promise<boolean> {
  return (await lockHead(tx)) !== undefined;
}

/** Whether the log was begun, and `key` signs it. */
export async function isSignedWith(tx: Tx, key: SigningKey): Promise<boolean> {
  return isKeyOf(await keyOfLog(tx), key);
}

function refuseOtherKey(ofLog: VerifierKey, key: SigningKey): void {
  if (isKeyOf(ofLog, key)) return;
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
  {
    key,
    at,
    origin = originOf(key.publicKey),
    binds,
  }: { key: SigningKey; at: Instant; origin?: string; binds?: BoundFields },
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
  refuseOtherKey(await keyOfLog(tx), key);
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
 * `conflict` when entry 0 names another key.
 */
export async function signCheckpoint(tx: Tx, key: SigningKey, at: Instant): Promise<Checkpoint> {
  const { origin, tree } = await lockBegun(tx);
  const ofLog = await keyOfLog(tx);
  refuseOtherKey(ofLog, key);
  const size = tree.size();
  const existing = await tx
    .selectFrom("evidence_checkpoint")
    .selectAll()
    .where("size", "=", size)
    .where("key_id", "=", ofLog.id)
    .executeTakeFirst();
  if (existing !== undefined) return checkpointFrom(existing);
  const rootHash = tree.root();
  const note = signCheckpointNote({ origin, size, rootHash }, key);
  const row = { size, root_hash: rootHash, key_id: ofLog.id, note, signed_at: new Date(at) };
  await tx.insertInto("evidence_checkpoint").values(row).execute();
  return checkpointFrom(row);
}
