import { joined } from "./bytes.ts";
import { sha256 } from "./crypto.ts";

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = Uint8Array.of(0x00);
const NODE_PREFIX = 0x01;

/** The root of a tree without leaves: SHA-256 of nothing (RFC 6962, section 2.1). */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** SHA-256(0x00 || leaf), RFC 6962 section 2.1. */
export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256(joined(LEAF_PREFIX, leaf));
}

/** {@link leafHash} of a text's UTF-8; the runtime encodes it on the way, which keeps a long log fast. */
export function textLeafHash(text: string): Uint8Array {
  return sha256(`\0${text}`);
}

/** SHA-256(0x01 || left || right), RFC 6962 section 2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + left.length + right.length);
  bytes[0] = NODE_PREFIX;
  bytes.set(left, 1);
  bytes.set(right, 1 + left.length);
  return sha256(bytes);
}

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

/**
 * A Merkle tree that only grows. It keeps the roots of its perfect subtrees (the frontier, or compact range), at most
 * 53 hashes, so appending and taking the root cost O(log n) and no leaf is kept.
 */
export interface Tree {
  /** Number of leaves. */
  size(): number;
  append(leafHash: Uint8Array): void;
  /** Root hash of all leaves so far (RFC 6962, section 2.1). */
  root(): Uint8Array;
  /** Roots of the perfect subtrees, largest first, 32 bytes each, one for every bit that is set in the size. */
  frontier(): Uint8Array;
}

function grow(leaves: number, subtrees: Uint8Array[]): Tree {
  let size = leaves;
  return {
    size: () => size,
    append(leaf) {
      let merged = leaf;
      // Each trailing one-bit of the size is a perfect subtree that the new leaf completes to the next larger one.
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
        const left = subtrees.pop();
        if (left === undefined) throw new Error("the frontier has fewer subtrees than its size says");
        merged = nodeHash(left, merged);
      }
      subtrees.push(merged);
      size += 1;
    },
    root() {
      let root = subtrees.at(-1);
      if (root === undefined) return emptyRoot();
      for (let index = subtrees.length - 2; index >= 0; index -= 1) {
        const left = subtrees[index];
        if (left !== undefined) root = nodeHash(left, root);
      }
      return root;
    },
    frontier: () => joined(...subtrees),
  };
}

export function emptyTree(): Tree {
  return grow(0, []);
}

/** The tree that a frontier represents; undefined unless it has one hash for every bit that is set in `size`. */
export function treeFromFrontier(size: number, frontier: Uint8Array): Tree | undefined {
  if (!Number.isSafeInteger(size) || size < 0) return undefined;
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  if (frontier.length !== bits * HASH_BYTES) return undefined;
  const subtrees = Array.from({ length: bits }, (_, index) =>
    frontier.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
  return grow(size, subtrees);
}

/** An independent tree with the same leaves. */
export function copyOf(tree: Tree): Tree {
  const copy = treeFromFrontier(tree.size(), tree.frontier());
  if (copy === undefined) throw new Error("the tree has a frontier of another size");
  return copy;
}

/** Root over leaf hashes in order, read once and not kept. */
export function rootOf(leafHashes: Iterable<Uint8Array>): Uint8Array {
  const tree = emptyTree();
  for (const leaf of leafHashes) tree.append(leaf);
  return tree.root();
}
