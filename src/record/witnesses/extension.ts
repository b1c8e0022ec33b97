import { consistencyPath, HASH_BYTES, rootOf, splitPoint, type Tree } from "@portolan/verifier";

/**
 * The proof (RFC 6962, section 2.1.2) that a tree grew by `leaves`, from the few hashes that a growing tree keeps and
 * those leaves alone: what lies within the old tree is one of its perfect subtrees.
 */
export function extensionProof(before: Tree, leaves: readonly Uint8Array[]): Uint8Array[] {
  const first = before.size();
  const second = first + leaves.length;
  const kept = subtreesOf(before);
  const subtreeRoot = (start: number, end: number): Uint8Array => {
    if (start >= first) return rootOf(leaves.slice(start - first, end - first));
    const found = kept.get(start);
    if (found === undefined || end > first) throw new Error(`no subtree of ${first} leaves begins at ${start}`);
    return found;
  };
  return consistencyPath(first, second, subtreeRoot);
}

/** The perfect subtrees of a tree by the index of their first leaf. */
function subtreesOf(tree: Tree): ReadonlyMap<number, Uint8Array> {
  const frontier = tree.frontier();
  const subtrees = new Map<number, Uint8Array>();
  for (let [start, place] = [0, 0]; start < tree.size(); place += 1) {
    subtrees.set(start, frontier.slice(place * HASH_BYTES, (place + 1) * HASH_BYTES));
    start += splitPoint(tree.size() - start + 1);
  }
  return subtrees;
}
