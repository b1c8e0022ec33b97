import { createHash, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import type { SignedRequest } from "../../contract/index.ts";

/**
 * A request signed by HTTP Message Signatures (RFC 9421) with Ed25519, in one fixed form: method, path and the digest
 * of the body (RFC 9530) are covered, in this order, and the key is named by the SHA-256 of its public half. Anything
 * that departs from the form is not a signature, so no choice of a peer has to be interpreted.
 *
 * `created` is the sensor's own clock and decides nothing: it may be an hour off. That an old request is not taken for
 * a new one is the work of the numbers in the body.
 */
const COVERED = `("@method" "@path" "content-digest")`;
const INPUT = /^sensor=(\("@method" "@path" "content-digest"\);created=\d{1,12};keyid="([0-9a-f]{64})";alg="ed25519")$/;
const SIGNATURE = /^sensor=:([A-Za-z0-9+/]{86}==):$/;
const PUBLIC_KEY_BYTES = 32;
/** DER of SubjectPublicKeyInfo for Ed25519 (RFC 8410, section 4), before the 32 bytes of the key. */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

export interface SignatureHeaders {
  readonly "content-digest": string;
  readonly "signature-input": string;
  readonly signature: string;
}

export function signRequest(
  request: { readonly method: string; readonly path: string; readonly body: string; readonly at: number },
  key: KeyObject,
): SignatureHeaders {
  const digest = contentDigest(request.body);
  const parameters = `${COVERED};created=${Math.max(0, Math.floor(request.at / 1_000))};keyid="${keyId(publicKeyOf(key))}";alg="ed25519"`;
  const signature = sign(null, Buffer.from(signatureBase(request.method, request.path, digest, parameters)), key);
  return {
    "content-digest": digest,
    "signature-input": `sensor=${parameters}`,
    signature: `sensor=:${signature.toString("base64")}:`,
  };
}

/** The key that the request claims as its signer; undefined if it carries no signature of this form. */
export function claimedKey({ signatureInput, signature, contentDigest: digest }: SignedRequest): string | undefined {
  if (signature === undefined || digest === undefined || !SIGNATURE.test(signature)) return undefined;
  return INPUT.exec(signatureInput ?? "")?.[2];
}

/** Whether the request was signed with this key. Checks the digest header, not the body itself. */
export function isSignedBy(request: SignedRequest, publicKey: Uint8Array): boolean {
  const [, parameters = "", id] = INPUT.exec(request.signatureInput ?? "") ?? [];
  const signature = SIGNATURE.exec(request.signature ?? "")?.[1];
  if (signature === undefined || id !== keyId(publicKey) || publicKey.length !== PUBLIC_KEY_BYTES) return false;
  const base = signatureBase(request.method, request.path, request.contentDigest ?? "", parameters);
  const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: "der", type: "spki" });
  return verify(null, Buffer.from(base), key, Buffer.from(signature, "base64"));
}

/** RFC 9530, section 2. */
export function contentDigest(body: string | Uint8Array): string {
  return `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
}

/** SHA-256 of the 32 bytes of the public key, lower-case hex. */
export function keyId(publicKey: Uint8Array): string {
  return createHash("sha256").update(publicKey).digest("hex");
}

/** The 32 bytes of the public half. */
export function publicKeyOf(key: KeyObject): Uint8Array {
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return spki.subarray(spki.length - PUBLIC_KEY_BYTES);
}

/** RFC 9421, section 2.5. */
function signatureBase(method: string, path: string, digest: string, parameters: string): string {
  return [
    `"@method": ${method}`,
    `"@path": ${path}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${parameters}`,
  ].join("\n");
}
