import { createPublicKey } from "node:crypto";
import { keyFingerprint, parseVerifierKey } from "@portolan/verifier";

const FINGERPRINT = /^(?:sha256:)?([0-9a-f]{64})$/i;

/**
 * The fingerprint of a key that a person names: by the fingerprint itself (64 hex digits), by its text
 * (`name+id+base64`), or by its PEM, private or public. Undefined for any other text, and for a key that is not Ed25519.
 */
export function namedFingerprint(text: string): string | undefined {
  const given = text.trim();
  const fingerprint = FINGERPRINT.exec(given)?.[1];
  if (fingerprint !== undefined) return fingerprint.toLowerCase();
  const publicKey = parseVerifierKey(given)?.publicKey ?? publicKeyOfPem(given);
  return publicKey === undefined ? undefined : keyFingerprint(publicKey);
}

function publicKeyOfPem(text: string): Uint8Array | undefined {
  if (!text.startsWith("-----BEGIN ")) return undefined;
  try {
    const { crv, x } = createPublicKey(text).export({ format: "jwk" });
    return crv === "Ed25519" && x !== undefined ? new Uint8Array(Buffer.from(x, "base64url")) : undefined;
  } catch {
    return undefined;
  }
}
