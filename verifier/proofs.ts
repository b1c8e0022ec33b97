import { HASH_BYTES, emptyRoot, nodeHash, sameHash } from "./tree.ts";

/** Makes proofs over a fixed list of leaves. Keeps about two hashes per leaf; a proof costs O(log² n). */
export interface Prover {
  readonly size: number;
  leaf(index: number): Uint8Array;
  /** Roots of the perfect subtrees of the first `size` leaves, largest first. */
  frontier(size: number): Uint8Array[];
  /** Root over the first `size` leaves. */
  root(size: number): Uint8Array;
  /** Audit path of leaf `index` in the tree of the first `size` leaves, RFC 6962 section 2.1.1. */
  inclusion(index: number, size: number): Uint8Array[];
  /** Proof that the tree of `first` leaves is a prefix of the tree of `second`, RFC 6962 section 2.1.2. */
  consistency(first: number, second: number): Uint8Array[];
}

/** The largest power of two below `n`, for n > 1. */
export function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

export function createProver(leafHashes: Iterable<Uint8Array>): Prover {
  const leaves = [...leafHashes];
  const flat = new Uint8Array(leaves.length * HASH_BYTES);
  leaves.forEach((leaf, index) => flat.set(leaf, index * HASH_BYTES));
  return proverOf(flat);
}

/** A prover over leaf hashes one after the other in one piece of memory: 64 bytes for each leaf, and no more. */
export function proverOf(leaves: Uint8Array): Prover {
  // levels[k] holds the roots of the perfect subtrees of 2^k leaves, left to right.
  const levels: Uint8Array[] = [leaves];
  for (let below = leaves; below.length >= 2 * HASH_BYTES;) {
    const level = new Uint8Array(Math.floor(below.length / (2 * HASH_BYTES)) * HASH_BYTES);
    for (let offset = 0; offset < level.length; offset += HASH_BYTES) {
      const [left, right] = [
        below.subarray(2 * offset, 2 * offset + HASH_BYTES),
        below.subarray(2 * offset + HASH_BYTES, 2 * offset + 2 * HASH_BYTES),
      ];
      level.set(nodeHash(left, right), offset);
    }
    levels.push(level);
    below = level;
  }
  const count = leaves.length / HASH_BYTES;

  function at(hashes: Uint8Array | undefined, index: number): Uint8Array {
    const found = hashes?.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES);
    if (found?.length !== HASH_BYTES) throw new RangeError(`no leaf ${index} in a tree of ${count}`);
    return found;
  }

  function subtreeRoot(start: number, end: number): Uint8Array {
    const leafCount = end - start;
    if (leafCount === 0) return emptyRoot();
    const level = Math.log2(leafCount);
    if (Number.isInteger(level)) return at(levels[level], start / leafCount);
    const middle = start + splitPoint(leafCount);
    return nodeHash(subtreeRoot(start, middle), subtreeRoot(middle, end));
  }

  function within(limit: number, ...values: number[]): void {
    for (const value of values) {
      if (!Number.isSafeInteger(value) || value < 0 || value > limit) {
        throw new RangeError(`${value} is not inside a tree of ${limit} leaves`);
      }
    }
  }

  return {
    size: count,
    leaf: (index) => at(leaves, index),
    frontier(size) {
      within(count, size);
      const roots: Uint8Array[] = [];
      for (let start = 0; start < size;) {
        let width = 1;
        while (width * 2 <= size - start) width *= 2;
        roots.push(subtreeRoot(start, start + width));
        start += width;
      }
      return roots;
    },
    root(size) {
      within(count, size);
      return subtreeRoot(0, size);
    },
    inclusion(index, size) {
      within(count, size);
      within(size - 1, index);
      const path: Uint8Array[] = [];
      let start = 0;
      let end = size;
      while (end - start > 1) {
        const middle = start + splitPoint(end - start);
        if (index < middle) {
          path.push(subtreeRoot(middle, end));
          end = middle;
        } else {
          path.push(subtreeRoot(start, middle));
          start = middle;
        }
      }
      return path.reverse();
    },
    consistency(first, second) {
      within(count, second);
      within(second, first);
      return consistencyPath(first, second, subtreeRoot);
    },
  };
}

/**
 * The proof that a tree of `first` leaves is a prefix of one of `second`, from the roots of the subtrees over the leaves from
 * `start` up to `end` (RFC 6962, section 2.1.2).
 */
export function consistencyPath(
  first: number,
  second: number,
  subtreeRoot: (start: number, end: number) => Uint8Array,
): Uint8Array[] {
  if (first === 0 || first === second) return [];
  const path: Uint8Array[] = [];
  let start = 0;
  let end = second;
  let wholeOld = true;
  while (end !== first) {
    const middle = start + splitPoint(end - start);
    if (first <= middle) {
      path.push(subtreeRoot(middle, end));
      end = middle;
    } else {
      path.push(subtreeRoot(start, middle));
      start = middle;
      wholeOld = false;
    }
  }
  // The verifier already has the old root: it is left out where the old tree is a perfect subtree of its own.
  if (!wholeOld) path.push(subtreeRoot(start, end));
  return path.reverse();
}

const half = (n: number): number => Math.floor(n / 2);
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const wellFormed = (hashes: readonly Uint8Array[]): boolean => hashes.every((hash) => hash.length === HASH_BYTES);

/**
 * Climbs from a node of a level to the root along the siblings on its path, and tells of each whether it is on the left.
 * Returns whether the path ends at the root. Numbers, not bit operators, because sizes pass 2^31.
 */
function climb(
  from: { readonly node: number; readonly last: number },
  path: readonly Uint8Array[],
  fold: (sibling: Uint8Array, isLeft: boolean) => void,
): boolean {
  let { node, last } = from;
  const up = (): void => {
    node = half(node);
    last = half(last);
  };
  for (const sibling of path) {
    if (last === 0) return false;
    const isLeft = node % 2 === 1 || node === last;
    fold(sibling, isLeft);
    while (isLeft && node % 2 === 0 && node !== 0) up();
    up();
  }
  return last === 0;
}

/** RFC 9162, section 2.1.3.2. */
export function verifyInclusion(claim: {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
  readonly path: readonly Uint8Array[];
}): boolean {
  const { index, size, leafHash, root, path } = claim;
  if (!isCount(index) || !isCount(size) || index >= size || !wellFormed([leafHash, root, ...path])) return false;
  let computed = leafHash;
  const arrives = climb({ node: index, last: size - 1 }, path, (sibling, isLeft) => {
    computed = isLeft ? nodeHash(sibling, computed) : nodeHash(computed, sibling);
  });
  return arrives && sameHash(computed, root);
}

/** RFC 9162, section 2.1.4.2; the empty tree is a prefix of every tree, with an empty proof. */
export function verifyConsistency(claim: {
  readonly first: number;
  readonly second: number;
  readonly firstRoot: Uint8Array;
  readonly secondRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}): boolean {
  const { first, second, firstRoot, secondRoot, path } = claim;
  if (!isCount(first) || !isCount(second) || first > second) return false;
  if (!wellFormed([firstRoot, secondRoot, ...path])) return false;
  if (first === second) return path.length === 0 && sameHash(firstRoot, secondRoot);
  if (first === 0) return path.length === 0 && sameHash(firstRoot, emptyRoot());
  if (path.length === 0) return false;

  const [start = firstRoot, ...rest] = Number.isInteger(Math.log2(first)) ? [firstRoot, ...path] : path;
  let node = first - 1;
  let last = second - 1;
  while (node % 2 === 1) {
    node = half(node);
    last = half(last);
  }
  let oldRoot = start;
  let newRoot = start;
  const arrives = climb({ node, last }, rest, (sibling, isLeft) => {
    if (isLeft) oldRoot = nodeHash(sibling, oldRoot);
    newRoot = isLeft ? nodeHash(sibling, newRoot) : nodeHash(newRoot, sibling);
  });
  return arrives && sameHash(oldRoot, firstRoot) && sameHash(newRoot, secondRoot);
}
