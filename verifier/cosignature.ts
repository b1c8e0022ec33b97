import { fromBase64, fromHex, joined, toBase64, utf8 } from "./bytes.ts";
import { isSignedBy } from "./crypto.ts";
import { isKeyName, keyId } from "./note.ts";
import type { Note, NoteSignature } from "./note.ts";

/**
 * C2SP tlog-cosignature (c2sp.org/tlog-cosignature): a witness states when it saw a checkpoint that extends every
 * earlier one it saw of this log. Signature type 0x04 is Ed25519; 0x06 is ML-DSA-44, which is recognized, not checked.
 */
export type WitnessKeyType = 0x04 | 0x06;

export const ED25519_WITNESS = 0x04;
export const ML_DSA_WITNESS = 0x06;

const KEY_BYTES: Readonly<Record<WitnessKeyType, number>> = { [ED25519_WITNESS]: 32, [ML_DSA_WITNESS]: 1312 };
const SIGNATURE_BYTES: Readonly<Record<WitnessKeyType, number>> = { [ED25519_WITNESS]: 64, [ML_DSA_WITNESS]: 2420 };
const TIME_BYTES = 8;
/** The last second of the year 9999, which RFC 3339 can still write. */
const LAST_SECOND = 253_402_300_799n;

/** The key of a witness: its name, its short id (8 hex digits), its signature type and the raw public key. */
export interface WitnessKey {
  readonly name: string;
  readonly id: string;
  readonly type: WitnessKeyType;
  readonly publicKey: Uint8Array;
}

/**
 * One line of a known witness. `unchecked`: it has the form of an ML-DSA-44 cosignature, and nothing here verifies
 * those; or this browser cannot check Ed25519. `refused`: it condemns the witness's statement, not the log.
 */
export type CosignatureCheck =
  | { readonly outcome: "verified"; readonly key: WitnessKey; readonly seconds: number }
  | { readonly outcome: "unchecked"; readonly key: WitnessKey; readonly seconds: number }
  | { readonly outcome: "refused"; readonly key: WitnessKey; readonly problem: string };

export function witnessKey(name: string, type: WitnessKeyType, publicKey: Uint8Array): WitnessKey {
  return { name, id: keyId(name, publicKey, type), type, publicKey };
}

/** The key as a C2SP vkey: `name+id+base64(type || public key)`. */
export function formatWitnessKey({ name, id, type, publicKey }: WitnessKey): string {
  return `${name}+${id}+${toBase64(joined(Uint8Array.of(type), publicKey))}`;
}

/** The inverse of {@link formatWitnessKey}; undefined when the form, the type or the id is not right. */
export function parseWitnessKey(text: string): WitnessKey | undefined {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name)) return undefined;
  const bytes = fromBase64(encoded);
  const type = bytes?.[0];
  if (bytes === undefined || (type !== ED25519_WITNESS && type !== ML_DSA_WITNESS)) return undefined;
  if (bytes.length !== 1 + KEY_BYTES[type]) return undefined;
  const key = witnessKey(name, type, bytes.slice(1));
  return key.id === id ? key : undefined;
}

/** The bytes that an Ed25519 witness signs: a header, the time in seconds since 1970, and the note's text. */
export function cosignedMessage(text: string, seconds: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
}

/** The signature line of an Ed25519 cosignature, newline included. */
export function formatCosignature(key: WitnessKey, seconds: number, signature: Uint8Array): string {
  const time = new Uint8Array(TIME_BYTES);
  new DataView(time.buffer).setBigUint64(0, BigInt(seconds));
  return `— ${key.name} ${toBase64(joined(fromHex(key.id) ?? new Uint8Array(0), time, signature))}\n`;
}

/**
 * Checks the lines of a note that known witnesses signed; the log's own line, and those of strangers, are skipped. A
 * second line of the same witness is refused with the first: nobody can say which of the two it stands by.
 */
export async function checkCosignatures(note: Note, known: readonly WitnessKey[]): Promise<CosignatureCheck[]> {
  const checks: CosignatureCheck[] = [];
  for (const key of known) {
    const lines = note.signatures.filter((each) => each.name === key.name && each.keyId === key.id);
    const [line, ...more] = lines;
    if (line === undefined) continue;
    checks.push(
      more.length === 0
        ? await checkLine(note, line, key)
        : { outcome: "refused", key, problem: `has ${lines.length} lines by ${key.name}` },
    );
  }
  return checks;
}

async function checkLine({ text }: Note, { signature }: NoteSignature, key: WitnessKey): Promise<CosignatureCheck> {
  const refused = (problem: string): CosignatureCheck => ({ outcome: "refused", key, problem });
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES[key.type])
    return refused(`has a cosignature by ${key.name} of ${signature.length} bytes`);
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  if (time > LAST_SECOND) return refused(`has a cosignature by ${key.name} with an impossible time`);
  const seconds = Number(time);
  if (key.type === ML_DSA_WITNESS) return { outcome: "unchecked", key, seconds };
  const signed = await isSignedBy(key.publicKey, cosignedMessage(text, seconds), signature.slice(TIME_BYTES));
  if (signed === undefined) return { outcome: "unchecked", key, seconds };
  return signed
    ? { outcome: "verified", key, seconds }
    : refused(`has a cosignature by ${key.name} that is not that key's`);
}
