import { joined, utf8 } from "./bytes.ts";
import { plainHasher, type Hasher } from "./sha256.ts";

/** Node's cryptography where there is Node; a browser has to do with its own, and with plain JavaScript. */
export const node = typeof process === "object" ? await import("node:crypto") : undefined;

/** Hashes bytes that come in pieces. */
export function hasher(): Hasher {
  if (node === undefined) return plainHasher();
  const hash = node.createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), digest: () => new Uint8Array(hash.digest()) };
}

/** SHA-256 of bytes, or of the UTF-8 of a text. */
export const sha256: (data: Uint8Array | string) => Uint8Array = oneShot();

function oneShot(): typeof sha256 {
  // crypto.hash came with Node 20.12. It encodes a text on the way, which keeps a long log fast.
  if (node !== undefined && "hash" in node) return (data) => node.hash("sha256", data, "buffer");
  return (data) => {
    const hash = hasher();
    hash.update(typeof data === "string" ? utf8(data) : data);
    return hash.digest();
  };
}

/** DER of a SubjectPublicKeyInfo around an Ed25519 key (RFC 8410, section 4), up to the 32 bytes of the key. */
const SPKI_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

/** Whether an Ed25519 signature (RFC 8032) is that of the key; undefined in a browser that cannot check Ed25519. */
export async function isSignedBy(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean | undefined> {
  if (signature.length !== 64) return false;
  if (node !== undefined) {
    try {
      const spki = Buffer.from(joined(SPKI_PREFIX, publicKey));
      return node.verify(null, message, node.createPublicKey({ key: spki, format: "der", type: "spki" }), signature);
    } catch {
      return false;
    }
  }
  try {
    const { subtle } = globalThis.crypto;
    const key = await subtle.importKey("raw", Uint8Array.from(publicKey), "Ed25519", false, ["verify"]);
    return await subtle.verify("Ed25519", key, Uint8Array.from(signature), Uint8Array.from(message));
  } catch {
    return undefined;
  }
}
