import { createPublicKey, hash, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { formatCheckpointBody, formatSignature, SYNTHETIC_LOG, verifierKey } from "@portolan/verifier";
import type { CheckpointBody } from "@portolan/verifier";

/** A key that signs checkpoints. The private key is not accessible from outside. */
export interface SigningKey {
  /** 32 bytes, RFC 8032. */
  readonly publicKey: Uint8Array;
  /** Ed25519 signature, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
  /** The key with this public key, if the home has it by now: another process may have given the log a new key. */
  renewed?(publicKey: Uint8Array): SigningKey | undefined;
  /** The log that this key begins is of a simulated network, and its name says so. */
  readonly synthetic?: boolean | undefined;
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
 * A name for the log that this key creates: `portolan/`, or `portolan-synthetic/`, and 16 hex digits of the key's SHA-256.
 * It tells installations apart without revealing a hostname.
 */
export function originOf({ publicKey, synthetic = false }: Pick<SigningKey, "publicKey" | "synthetic">): string {
  return `${synthetic ? SYNTHETIC_LOG : "portolan/"}${hash("sha256", publicKey, "hex").slice(0, 16)}`;
}

/** C2SP signed note: `text`, which ends in a newline, a blank line and an Ed25519 signature line for each key. */
export function signNote(text: string, name: string, ...keys: readonly SigningKey[]): string {
  const lines = keys.map((key) => formatSignature(verifierKey(name, key.publicKey), key.sign(Buffer.from(text))));
  return `${text}\n${lines.join("")}`;
}

/** A C2SP checkpoint, signed under the name of the log. */
export function signCheckpointNote(body: CheckpointBody, ...keys: readonly SigningKey[]): string {
  return signNote(formatCheckpointBody(body), body.origin, ...keys);
}
