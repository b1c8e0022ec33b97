import { parseCheckpointBody } from "./checkpoint.ts";
import type { CheckpointBody } from "./checkpoint.ts";
import { checkBody, quoted } from "./entry.ts";
import type { EntryBody, StoredEntry } from "./entry.ts";
import { createKeyring, trustedKeys } from "./keyring.ts";
import { toBase64 } from "./bytes.ts";
import { checkNote, formatVerifierKey, keyFingerprint, parseNote } from "./note.ts";
import type { VerifierKey } from "./note.ts";
import { comparePrunings, isHashOnly } from "./pruned.ts";
import { collectProblems } from "./report.ts";
import type { LogProblem, VerifyReport } from "./report.ts";
import { readLogStart } from "./start.ts";
import type { LogStart } from "./start.ts";
import { createTrunk } from "./trunk.ts";
import { sameHash, textLeafHash, treeFromFrontier } from "./tree.ts";

/** A checkpoint as stored or exported. Where only the signed note came from elsewhere, the columns are absent. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
  readonly rootHash?: Uint8Array | undefined;
  readonly keyId?: string | undefined;
  /** Where a checkpoint comes from that is not one of the stored ones, for messages: `held elsewhere`. */
  readonly provenance?: string | undefined;
}

/** The key that has to be one of the log's: the one that entry 0 names, or one that it was handed over to. */
export interface ExpectedKey {
  readonly fingerprint: string;
  /** Whose key it is, for messages: `this home's`. */
  readonly whose: string;
}

/** Where appending continues: unsigned, so it proves nothing, but it must fit. */
export interface StoredHead {
  readonly origin: string;
  readonly size: number;
  readonly frontier: Uint8Array;
}

export interface LogRecord {
  /** Ascending by index. Read once. */
  readonly entries: AsyncIterable<StoredEntry> | Iterable<StoredEntry>;
  /** Ascending by size. Read once. */
  readonly checkpoints: AsyncIterable<StoredCheckpoint> | Iterable<StoredCheckpoint>;
  /** `null`: there is none, which is valid only for an empty log. Absent: not checked. */
  readonly head?: StoredHead | null | undefined;
  /** Keys that the reader trusts from elsewhere. Absent: the key that entry 0 names, so the log vouches for itself. */
  readonly trustedKeys?: readonly VerifierKey[] | undefined;
  /** Absent: whatever key entry 0 names. */
  readonly expectedKey?: ExpectedKey | undefined;
  /** The entries of the log that state which bodies retention deleted: they come after those that they are about. */
  readonly prunings?: readonly StoredEntry[] | undefined;
}

function nameOf({ size, provenance }: StoredCheckpoint): string {
  return `The checkpoint of size ${size}${provenance === undefined ? "" : ` ${provenance}`}`;
}

async function* each<T>(source: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, undefined> {
  yield* source;
}

/**
 * Recomputes a whole log in one pass, keeping a few hashes: numbering, bodies, leaf hashes, every checkpoint's root and
 * signature, and the head. RFC 6962 tree, C2SP checkpoints. Never throws, whatever it reads.
 */
export async function verifyRecord(record: LogRecord): Promise<VerifyReport> {
  const problems = collectProblems();
  const trunk = createTrunk(problems.add);
  const checkpoints = each(record.checkpoints);
  let pending = await checkpoints.next();
  let start: LogStart | undefined;
  const keyring = createKeyring();
  const prunings = comparePrunings(record.prunings ?? [], problems.add);
  let entriesRead = 0;
  let checkpointsRead = 0;
  let beyondTail: { count: number; largest: number } | undefined;

  /** Every key that a checkpoint may be signed with. Empty: none is known. */
  function knownKeys(): readonly VerifierKey[] {
    const { trustedKeys: trusted } = record;
    return trusted === undefined ? keyring.named() : trustedKeys(trusted, keyring.rotations());
  }

  async function readCheckpoint(stored: StoredCheckpoint): Promise<CheckpointBody | undefined> {
    const checkpoint = Number.isSafeInteger(stored.size) ? { checkpoint: stored.size } : {};
    const bad = (kind: LogProblem["kind"], problem: string): undefined => {
      problems.add({ kind, ...checkpoint, problem: `${nameOf(stored)} ${problem}.` });
    };
    const note = parseNote(stored.note);
    const body = note === undefined ? undefined : parseCheckpointBody(note.text);
    if (note === undefined || body === undefined) return bad("checkpoint-malformed", "is not a C2SP checkpoint");
    // With entry 0 gone there is no key to hold it against; the problem of entry 0 is reported already.
    if (start === undefined && record.trustedKeys === undefined) return undefined;
    const check = await checkNote(note, knownKeys());
    switch (check.outcome) {
      case "unknown-keys":
        return bad(
          "checkpoint-unknown-key",
          `is signed by ${quoted(check.signers.join(", "))}, and no such key is ${record.trustedKeys === undefined ? "named by the log" : "trusted"}`,
        );
      case "bad-signature":
        return bad(
          "checkpoint-signature",
          `carries a signature of ${check.key.name}+${check.key.id} that is not that key's`,
        );
      case "unchecked":
        return bad("checkpoint-signature", "has a signature that this runtime cannot check");
      case "repeated-signature":
        return bad("checkpoint-signature", `is signed twice by ${check.key.name}+${check.key.id}`);
      case "verified": {
        const key = keyring.inForce(body.size);
        if (key === undefined || check.keys.some(({ id }) => id === key.id)) break;
        const [signer] = check.keys;
        if (keyring.named().every(({ id }) => id !== signer?.id)) break;
        return bad(
          "checkpoint-retired-key",
          `is signed by ${signer?.id ?? "no key"} alone, and ${key.id} is the key of the log at that size`,
        );
      }
    }
    if (start !== undefined && body.origin !== start.origin) {
      bad("checkpoint-malformed", `is of the log ${quoted(body.origin)}, this log is ${quoted(start.origin)}`);
      return undefined;
    }
    const stray = check.keys.every((key) => key.id !== stored.keyId) && stored.keyId !== undefined;
    if (stored.size !== body.size || stray || (stored.rootHash && !sameHash(stored.rootHash, body.rootHash))) {
      bad(
        "checkpoint-malformed",
        `is stored with a size, root or key that its signed note contradicts (size ${body.size})`,
      );
    }
    return body;
  }

  function keyProblem({ key }: LogStart): LogProblem | undefined {
    const { expectedKey: expected } = record;
    if (expected === undefined) return undefined;
    const fingerprints = keyring.named().map(({ publicKey }) => keyFingerprint(publicKey));
    if (fingerprints.includes(expected.fingerprint)) return undefined;
    return {
      kind: "log-key",
      entry: 0,
      problem: `The log is signed by another key than ${expected.whose}: entry 0 names the key with the fingerprint ${keyFingerprint(key.publicKey)}, and ${expected.whose} has ${expected.fingerprint}.`,
    };
  }

  /** The handover has to be over the entries before it, so it is compared before its own entry is added. */
  async function readKeyChange(body: EntryBody): Promise<void> {
    const found = await keyring.rotate(body);
    if (found?.outcome === "read") trunk.compare(found.over);
    if (found?.outcome === "refused") problems.add({ kind: "key-rotation", entry: body.index, problem: found.problem });
  }

  /** Verifies the checkpoints of at most `size` entries, the number read so far. */
  async function passCheckpoints(size: number): Promise<void> {
    while (!pending.done && !(pending.value.size > size)) {
      checkpointsRead += 1;
      const body = await readCheckpoint(pending.value);
      if (body !== undefined) trunk.compare(body);
      pending = await checkpoints.next();
    }
  }

  for await (const entry of each(record.entries)) {
    entriesRead += 1;
    if (!Number.isSafeInteger(entry.index) || entry.index < trunk.next()) {
      problems.add({
        kind: "entry-repeated",
        ...(Number.isSafeInteger(entry.index) ? { entry: entry.index } : {}),
        problem: `Entry ${entry.index} comes again or out of order; entry ${trunk.next()} was expected.`,
      });
      continue;
    }
    if (entry.index > trunk.next()) {
      trunk.skipTo(entry.index);
      await passCheckpoints(entry.index);
    }
    if (isHashOnly(entry)) {
      prunings.missing(entry);
      trunk.add(entry.leafHash);
      await passCheckpoints(trunk.next());
      continue;
    }
    prunings.present(entry);
    const check = checkBody(entry);
    const computed = textLeafHash(entry.body);
    if (check.outcome === "sound" && check.body.type === "key-rotated") await readKeyChange(check.body);
    if (!sameHash(computed, entry.leafHash)) {
      trunk.addAltered(computed, entry.leafHash, check.outcome === "sound" ? "" : `; ${check.problem}`);
    } else {
      if (check.outcome !== "sound") {
        const kind = check.outcome === "malformed" ? "entry-malformed" : "entry-contradicts";
        problems.add({ kind, entry: entry.index, problem: `Entry ${entry.index}: ${check.problem}.` });
      }
      trunk.add(computed);
    }
    if (check.outcome === "sound" && (entry.index === 0 || check.body.type === "log-created")) {
      const found = readLogStart(check.body);
      if (found.outcome === "refused") {
        problems.add({ kind: "log-start", entry: entry.index, problem: found.problem });
      } else {
        start = found.start;
        keyring.begin(start);
      }
    }
    await passCheckpoints(trunk.next());
  }

  const size = trunk.next();
  for (; !pending.done; pending = await checkpoints.next()) {
    checkpointsRead += 1;
    const body = await readCheckpoint(pending.value);
    // A stored size may lie; the signed one counts.
    if (body !== undefined && body.size <= size) trunk.compare(body);
    else if (body !== undefined) {
      beyondTail = { count: (beyondTail?.count ?? 0) + 1, largest: Math.max(body.size, beyondTail?.largest ?? 0) };
    }
  }
  if (beyondTail !== undefined) {
    const { count, largest } = beyondTail;
    const others = count > 1 ? ` (and ${count - 1} other checkpoints are of more than ${size})` : "";
    problems.add({
      kind: "tail-missing",
      entry: size,
      checkpoint: largest,
      problem: `A checkpoint of ${largest} entries was signed${others}, and the log ends after ${size}: entries ${size} to ${largest - 1} are missing from its end.`,
    });
  }
  trunk.finish();
  const hashOnly = prunings.finish();
  checkHead();

  function checkHead(): void {
    const { head } = record;
    if (head === undefined) return;
    const bad = (problem: string): void => void problems.add({ kind: "head-mismatch", problem });
    if (head === null) {
      if (size > 0) bad(`There is no head (evidence_head), though ${size} entries are stored.`);
      return;
    }
    if (start !== undefined && head.origin !== start.origin) {
      bad(`The head (evidence_head) is of the log ${quoted(head.origin)}, entry 0 created ${quoted(start.origin)}.`);
    }
    if (head.size !== size) {
      bad(
        head.size > size
          ? `The head (evidence_head) counts ${head.size} entries, and the log ends after ${size}: entries ${size} to ${head.size - 1} are missing from its end.`
          : `The head (evidence_head) counts ${head.size} entries, and ${size} are stored: the rest was not appended by Portolan, or the head was set back.`,
      );
      return;
    }
    const tree = treeFromFrontier(head.size, head.frontier);
    if (tree === undefined) {
      bad(`The head (evidence_head) has not one hash for every subtree of ${head.size} entries.`);
    } else if (trunk.fits(tree.root()) === false) {
      bad(
        `The head (evidence_head) does not fit the entries: one of those numbered ${trunk.proven()} to ${size - 1} was altered together with its leaf hash, or the head itself was.`,
      );
    }
  }

  const wrongKey = start === undefined ? undefined : keyProblem(start);
  const list = [...(wrongKey === undefined ? [] : [wrongKey]), ...problems.list()];
  const root = trunk.root();
  return {
    ok: list.length === 0,
    entries: entriesRead,
    checkpoints: checkpointsRead,
    rootHash: root === undefined ? "" : toBase64(root),
    signedSize: trunk.proven(),
    ...(hashOnly.entries === 0 ? {} : { hashOnly }),
    keys: knownKeys().map(formatVerifierKey),
    ...(start === undefined ? {} : { fingerprint: keyFingerprint(start.key.publicKey) }),
    rotations: keyring.rotations().map(({ entry, key, previous }) => ({
      entry,
      keyId: key.id,
      fingerprint: keyFingerprint(key.publicKey),
      previousKeyId: previous.id,
    })),
    problems: list,
  };
}
