import { leafHash } from "./tree.ts";

/** Bytes of the salt in front of a host's state: without it, a hash of so little text could be guessed. */
export const SALT_BYTES = 16;

const utf8 = new TextEncoder();

/** The leaf of a host's state in the tree of a run: SHA-256(0x00 || salt || text), as RFC 9162 hashes leaves. */
export function hostLeafHash(salt: Uint8Array, text: string): Uint8Array {
  const state = utf8.encode(text);
  const leaf = new Uint8Array(salt.length + state.length);
  leaf.set(salt);
  leaf.set(state, salt.length);
  return leafHash(leaf);
}
