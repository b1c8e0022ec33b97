import { formatCheckpointBody, parseCheckpointBody } from "./checkpoint.ts";
import type { CheckpointBody } from "./checkpoint.ts";
import { quoted } from "./entry.ts";
import type { EntryBody } from "./entry.ts";
import { fromBase64 } from "./bytes.ts";
import { checkNote, formatVerifierKey, parseNote, verifierKey } from "./note.ts";
import type { VerifierKey } from "./note.ts";

/** A log that was handed over to another key: entries from `entry` on are signed by `key`. */
export interface KeyRotation {
  readonly entry: number;
  readonly key: VerifierKey;
  readonly previous: VerifierKey;
}

export type RotationCheck =
  | { readonly outcome: "read"; readonly rotation: KeyRotation; readonly over: CheckpointBody }
  /** This browser cannot check Ed25519. */
  | { readonly outcome: "unchecked"; readonly rotation: KeyRotation }
  | { readonly outcome: "refused"; readonly problem: string };

/**
 * The text that both keys sign: a C2SP checkpoint over all entries before the rotation, with one extension line that
 * names the next key. A reader who knows only the old key can check the handover, and nobody without that key can make it.
 */
export function formatHandover(over: CheckpointBody, next: VerifierKey): string {
  return `${formatCheckpointBody(over)}successor ${formatVerifierKey(next)}\n`;
}

/** Reads a `key-rotated` entry: `{ keyId, note, previousKeyId, publicKey }`. `previous` signs the log until then. */
export async function readRotation(body: EntryBody, previous: VerifierKey): Promise<RotationCheck> {
  const refused = (problem: string): RotationCheck => ({
    outcome: "refused",
    problem: `Entry ${body.index} says that the log has a new key, but ${problem}.`,
  });
  const { keyId, note: signed, previousKeyId, publicKey } = body.data;
  if (previousKeyId !== previous.id) {
    const named = typeof previousKeyId === "string" ? quoted(previousKeyId) : "no key";
    return refused(`it replaces ${named}, and the key of the log was ${previous.id}`);
  }
  const bytes = typeof publicKey === "string" ? fromBase64(publicKey) : undefined;
  if (bytes?.length !== 32) return refused("it holds no Ed25519 public key");
  const key = verifierKey(previous.name, bytes);
  if (key.id !== keyId) return refused(`it gives a key id that is not its key's (${key.id})`);
  const note = typeof signed === "string" ? parseNote(signed) : undefined;
  const over = note === undefined ? undefined : parseCheckpointBody(note.text);
  if (note === undefined || over === undefined) return refused("it holds no signed checkpoint");
  if (over.origin !== previous.name || over.size !== body.index || note.text !== formatHandover(over, key)) {
    return refused("what the keys signed does not hand this log over to this key at this entry");
  }
  const check = await checkNote(note, [previous, key]);
  if (check.outcome === "unchecked") return { outcome: "unchecked", rotation: { entry: body.index, key, previous } };
  if (check.outcome === "repeated-signature") return refused(`${check.key.id} signed it twice`);
  if (check.outcome === "bad-signature") return refused(`the signature of ${check.key.id} is not that key's`);
  const signers = check.outcome === "verified" ? check.keys.map(({ id }) => id) : [];
  const missing = [previous.id, key.id].find((id) => !signers.includes(id));
  if (missing !== undefined) return refused(`key ${missing} did not sign it`);
  return { outcome: "read", rotation: { entry: body.index, key, previous }, over };
}
