import { fromBase64, fromHex, joined, toBase64, toHex, utf8 } from "./bytes.ts";
import { isSignedBy, sha256 } from "./crypto.ts";

/**
 * C2SP signed-note (c2sp.org/signed-note@v1.0.0): text, a blank line, signature lines
 * `— <key name> base64(key id || signature)`. Ed25519 only, signature type 0x01.
 */

const ED25519 = 0x01;
const PUBLIC_KEY_BYTES = 32;
const ID_BYTES = 4;
/** The specification requires at least 16. */
const MAX_SIGNATURES = 64;
const MAX_NOTE_LENGTH = 64 * 1024;
/** U+0085 counts as a space in Unicode, though not for `\s`. */
const KEY_NAME = /^[^\s\u0085+\p{Cc}]+$/u;
const SIGNATURE_LINE = /^— (?<name>[^ ]+) (?<signature>[A-Za-z0-9+/]+={0,2})$/u;

/** A key for verifying signatures: its name, its short id (8 hex digits) and the 32 bytes of the public key. */
export interface VerifierKey {
  readonly name: string;
  readonly id: string;
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

export interface Note {
  /** The signed text, the last newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export type NoteCheck =
  | { readonly outcome: "verified"; readonly keys: readonly VerifierKey[] }
  | { readonly outcome: "bad-signature"; readonly key: VerifierKey }
  /** By a key that is known, but this runtime cannot check Ed25519. */
  | { readonly outcome: "unchecked"; readonly key: VerifierKey }
  /** Two lines by one key, which no honest signer adds: which of them is meant? */
  | { readonly outcome: "repeated-signature"; readonly key: VerifierKey }
  | { readonly outcome: "unknown-keys"; readonly signers: readonly string[] };

/** Non-empty, without spaces, `+` or control characters. */
export function isKeyName(name: string): boolean {
  return name.length <= 255 && name.isWellFormed() && KEY_NAME.test(name);
}

/** First 4 bytes, in hex, of SHA-256(name || 0x0A || signature type || public key). */
export function keyId(name: string, publicKey: Uint8Array, type = ED25519): string {
  return toHex(sha256(joined(utf8(`${name}\n`), Uint8Array.of(type), publicKey))).slice(0, 2 * ID_BYTES);
}

/** SHA-256 of the 32 bytes of a public key, 64 hex digits: the same key under any name has the same fingerprint. */
export function keyFingerprint(publicKey: Uint8Array): string {
  return toHex(sha256(publicKey));
}

export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  return { name, id: keyId(name, publicKey), publicKey };
}

/** `name+id+base64(0x01 || public key)`, the form that Go's sumdb/note and the C2SP tools read. */
export function formatVerifierKey(key: VerifierKey): string {
  return `${key.name}+${key.id}+${toBase64(joined(Uint8Array.of(ED25519), key.publicKey))}`;
}

/** The inverse of {@link formatVerifierKey}; undefined when the form, the algorithm or the id is not right. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name)) return undefined;
  const bytes = fromBase64(encoded);
  if (bytes?.length !== 1 + PUBLIC_KEY_BYTES || bytes[0] !== ED25519) return undefined;
  const key = verifierKey(name, bytes.slice(1));
  return key.id === id ? key : undefined;
}

/** The signature line, newline included. */
export function formatSignature(key: VerifierKey, signature: Uint8Array): string {
  return `— ${key.name} ${toBase64(joined(fromHex(key.id) ?? new Uint8Array(0), signature))}\n`;
}

/** Reads a signed note; undefined if it departs from the format anywhere. Does not check its signatures. */
export function parseNote(note: string): Note | undefined {
  if (note.length > MAX_NOTE_LENGTH || !note.isWellFormed()) return undefined;
  if (/[\x00-\x09\x0b-\x1f]/.test(note)) return undefined;
  const blank = note.lastIndexOf("\n\n");
  if (blank < 0 || !note.endsWith("\n")) return undefined;
  const lines = note.slice(blank + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const { name, signature } = SIGNATURE_LINE.exec(line)?.groups ?? {};
    const bytes = signature === undefined ? undefined : fromBase64(signature);
    if (name === undefined || !isKeyName(name) || bytes === undefined || bytes.length <= ID_BYTES) return undefined;
    signatures.push({
      name,
      keyId: toHex(bytes.slice(0, ID_BYTES)),
      signature: bytes.slice(ID_BYTES),
    });
  }
  return { text: note.slice(0, blank + 1), signatures };
}

/**
 * Checks a note against the known keys. Signatures of other keys are skipped. A signature of a known key that does not
 * verify condemns the note, so does a second line by the same key, and a note without any signature of a known key is
 * not trustworthy.
 */
export async function checkNote(note: Note, known: readonly VerifierKey[]): Promise<NoteCheck> {
  const verified: VerifierKey[] = [];
  for (const { name, keyId: id, signature } of note.signatures) {
    const key = known.find((candidate) => candidate.name === name && candidate.id === id);
    if (key === undefined) continue;
    if (verified.includes(key)) return { outcome: "repeated-signature", key };
    const verdict = await isSignedBy(key.publicKey, utf8(note.text), signature);
    if (verdict === undefined) return { outcome: "unchecked", key };
    if (!verdict) return { outcome: "bad-signature", key };
    verified.push(key);
  }
  if (verified.length > 0) return { outcome: "verified", keys: verified };
  return { outcome: "unknown-keys", signers: note.signatures.map((line) => `${line.name}+${line.keyId}`) };
}
