import { createPublicKey, hash, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { formatCheckpointBody, formatSignature, verifierKey } from "@portolan/verifier";
import type { CheckpointBody } from "@portolan/verifier";

/** A key that signs checkpoints. The private key is not accessible from outside. */
export interface SigningKey {
  /** 32 bytes, RFC 8032. */
  readonly publicKey: Uint8Array;
  /** Ed25519 signature, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** Wraps an Ed25519 private key; undefined for a key of another kind. */
export function signingKey(privateKey: KeyObject): SigningKey | undefined {
  if (privateKey.type !== "private" || privateKey.asymmetricKeyType !== "ed25519") return undefined;
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  if (x === undefined) return undefined;
  return {
    publicKey: new Uint8Array(Buffer.from(x, "base64url")),
    sign: (message) => sign(null, message, privateKey),
  };
}

/**
 * A name for the log that this key creates: `portolan/` and 16 hex digits of the key's SHA-256. It tells installations
 * apart without revealing a hostname.
 */
export function originOf(publicKey: Uint8Array): string {
  return `portolan/${hash("sha256", publicKey, "hex").slice(0, 16)}`;
}

/** C2SP signed note: `text`, which ends in a newline, a blank line and one Ed25519 signature line under `name`. */
export function signNote(text: string, name: string, key: SigningKey): string {
  return `${text}\n${formatSignature(verifierKey(name, key.publicKey), key.sign(Buffer.from(text)))}`;
}

/** A C2SP checkpoint, signed under the name of the log. */
export function signCheckpointNote(body: CheckpointBody, key: SigningKey): string {
  return signNote(formatCheckpointBody(body), body.origin, key);
}
