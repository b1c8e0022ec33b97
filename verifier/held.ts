import { compareKey, type KeyVerdict } from "./bundle/keys.ts";
import { fromBase64, toBase64, utf8 } from "./bytes.ts";
import { parseCheckpointBody, type CheckpointBody } from "./checkpoint.ts";
import { readBody, type EntryBody } from "./entry.ts";
import { createKeyring, type Keyring } from "./keyring.ts";
import { checkNote, keyFingerprint, parseNote, type Note } from "./note.ts";
import { verifyConsistency, verifyInclusion } from "./proofs.ts";
import { readLogStart } from "./start.ts";
import { leafHash } from "./tree.ts";

/** An entry as a server gives it, with its proof in the tree of the latest checkpoint. Nothing in it is believed. */
export interface GivenEntry {
  readonly body: string;
  readonly size: number;
  /** Base64, from the leaf up. */
  readonly hashes: readonly string[];
  /** The checkpoint of that size; absent: none is signed. */
  readonly note?: string | undefined;
}

/** The server whose log is compared with a checkpoint that somebody keeps. */
export interface LogSource {
  entry(index: number): Promise<GivenEntry>;
  /** Numbers of the entries that gave the log another key. */
  rotations(): Promise<readonly number[]>;
  /** Base64: the proof that the tree of `first` entries is a prefix of that of `second`. */
  consistency(first: number, second: number): Promise<readonly string[]>;
}

export interface HeldReport {
  /** `holds`: the log extends the checkpoint; `broken`: it does not, or something is forged; `undecided`: see `unchecked`. */
  readonly verdict: "holds" | "broken" | "undecided";
  readonly key: KeyVerdict;
  /** Of the keys that the log names, the first one first. */
  readonly fingerprints: readonly string[];
  readonly origin: string;
  readonly held?: { readonly size: number; readonly root: string } | undefined;
  readonly now?: { readonly size: number; readonly root: string } | undefined;
  /** One sentence each. */
  readonly checked: readonly string[];
  readonly unchecked: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Checks, with nothing but the caller's own code, that the log of a server is the one that signed a checkpoint, and that
 * it still holds everything under it: signatures of both checkpoints, inclusion of the entries that name the keys, and the
 * consistency proof between the two trees.
 */
export async function verifyHeld(
  source: LogSource,
  { note: text, fingerprint }: { readonly note: string; readonly fingerprint?: string | undefined },
): Promise<HeldReport> {
  const checked: string[] = [];
  const unchecked: string[] = [];
  const problems: string[] = [];
  const found: { held?: CheckpointBody; now?: CheckpointBody; keyring: Keyring } = { keyring: createKeyring() };
  const report = (): HeldReport => {
    const keys = found.keyring.named();
    const key = compareKey({ keys }, fingerprint);
    if (key === "another") problems.push("No key of this log has the fingerprint that you gave: it is another log.");
    if (key === "not confirmed") {
      unchecked.push("The key: give the fingerprint that you got by another way than this server.");
    }
    return {
      verdict: problems.length > 0 ? "broken" : found.held === undefined || pending ? "undecided" : "holds",
      key,
      fingerprints: keys.map(({ publicKey }) => keyFingerprint(publicKey)),
      origin: found.now?.origin ?? found.held?.origin ?? "",
      held: sizeAndRoot(found.held),
      now: sizeAndRoot(found.now),
      checked,
      unchecked: [...unchecked, ...NEVER_CHECKED],
      problems,
    };
  };
  let pending = false;
  const undecided = (why: string): void => {
    pending = true;
    unchecked.push(why);
  };

  const held = readCheckpoint(text);
  if (held === undefined) {
    problems.push("The text that you gave is not a signed checkpoint: name, size, root, a blank line, a signature.");
    return report();
  }
  found.held = held.body;

  const first = await source.entry(0);
  const now = first.note === undefined ? undefined : readCheckpoint(first.note);
  if (now === undefined || now.body.size !== first.size) {
    problems.push("The server gives no signed checkpoint of its log that can be read.");
    return report();
  }
  found.now = now.body;
  const started = provenBody(first, 0, now.body);
  const start = started === undefined ? undefined : readLogStart(started);
  if (start?.outcome !== "read") {
    problems.push(
      start?.problem ?? "Entry 0 is not in the tree that the server signed: its proof does not give the root.",
    );
    return report();
  }
  found.keyring.begin(start.start);
  const rotations = (await source.rotations()).filter((index) => index < now.body.size);
  for (const index of rotations.toSorted((a, b) => a - b)) {
    const given = await source.entry(index);
    const body = given.size === now.body.size ? provenBody(given, index, now.body) : undefined;
    if (body === undefined) {
      undecided(`Entry ${index} gives the log another key, and its proof is for another checkpoint: verify again.`);
      continue;
    }
    const rotation = await found.keyring.rotate(body);
    if (rotation?.outcome === "refused") problems.push(rotation.problem);
  }
  checked.push(
    `${1 + rotations.length === 1 ? "Entry 0, which names" : `${1 + rotations.length} entries, which name`} the key: inclusion in the tree of ${now.body.size} entries.`,
  );

  for (const [what, { note, body }] of [
    ["the checkpoint that you keep", held],
    ["the server's checkpoint", now],
  ] as const) {
    if (body.origin !== start.start.origin) {
      problems.push(
        `The name of the log in ${what} is ${body.origin}, and the log names itself ${start.start.origin}.`,
      );
      continue;
    }
    const key = found.keyring.inForce(body.size);
    const check = await checkNote(note, key === undefined ? [] : [key]);
    if (check.outcome === "verified") checked.push(`The Ed25519 signature of ${what}, over ${body.size} entries.`);
    else if (check.outcome === "unchecked") undecided(`The signature of ${what}: this browser cannot check Ed25519.`);
    else problems.push(`The signature of ${what} is not that of the log's key.`);
  }
  await compareTrees(source, held.body, now.body, { checked, problems });
  return report();
}

const NEVER_CHECKED = [
  "That entries were true when they were written, and that everything was recorded.",
  "Entries one by one: export a bundle and verify it offline for that.",
];

async function compareTrees(
  source: LogSource,
  held: CheckpointBody,
  now: CheckpointBody,
  { checked, problems }: { readonly checked: string[]; readonly problems: string[] },
): Promise<void> {
  if (held.size > now.size) {
    problems.push(
      `The log has signed ${now.size} entries, fewer than the ${held.size} under your checkpoint: entries were removed, or this server shows an older copy.`,
    );
    return;
  }
  const hashes = held.size === now.size || held.size === 0 ? [] : await source.consistency(held.size, now.size);
  const path = hashes.map((each) => fromBase64(each) ?? new Uint8Array(0));
  const isPrefix = verifyConsistency({
    first: held.size,
    second: now.size,
    firstRoot: held.rootHash,
    secondRoot: now.rootHash,
    path,
  });
  if (isPrefix) {
    checked.push(
      held.size === now.size
        ? "Your checkpoint and the server's have the same root."
        : `The consistency proof of ${path.length} hashes: the tree of ${now.size} entries begins with your ${held.size}.`,
    );
  } else {
    problems.push(
      `The log of ${now.size} entries does not begin with the ${held.size} under your checkpoint: it is another history.`,
    );
  }
}

function provenBody({ body, size, hashes }: GivenEntry, index: number, tree: CheckpointBody): EntryBody | undefined {
  const path = hashes.map((each) => fromBase64(each) ?? new Uint8Array(0));
  const proof = { index, size, leafHash: leafHash(utf8(body)), root: tree.rootHash, path };
  const read = readBody(body);
  return size === tree.size && verifyInclusion(proof) && typeof read !== "string" && read.index === index
    ? read
    : undefined;
}

/** A pasted note may have lost its last line feed, or have CRLF. */
function readCheckpoint(text: string): { readonly note: Note; readonly body: CheckpointBody } | undefined {
  const note = parseNote(`${text.replaceAll("\r\n", "\n").trim()}\n`);
  const body = note === undefined ? undefined : parseCheckpointBody(note.text);
  return note === undefined || body === undefined ? undefined : { note, body };
}

function sizeAndRoot(body: CheckpointBody | undefined): HeldReport["held"] {
  return body === undefined ? undefined : { size: body.size, root: toBase64(body.rootHash) };
}
