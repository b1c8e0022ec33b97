import { emptyRoot, nodeHash } from "../tree.ts";

/** Roots of trees over hosts, one tree after another that differs in few leaves. */
export interface HostTree {
  /** RFC 9162, section 2.1.1, over the hashes of the leaves. */
  root(leaves: Int32Array): Uint8Array;
}

/**
 * Keeps the nodes of the tree before: where one leaf of a thousand changed, ten hashes are computed instead of a thousand.
 * `hashOf` gives the hash of a leaf by its number.
 */
export function createHostTree(hashOf: (leaf: number) => Uint8Array): HostTree {
  let before: Int32Array = new Int32Array(0);
  /** Level 0 is the leaves; the last node of an odd level is that of the next one, too. */
  let levels: Uint8Array[][] = [];

  function recompute(changed: ReadonlySet<number>): void {
    let nodes = changed;
    for (let level = 0; (levels[level]?.length ?? 0) > 1; level += 1) {
      const below = levels[level] ?? [];
      const above = (levels[level + 1] ??= []);
      above.length = Math.ceil(below.length / 2);
      const parents = new Set<number>();
      for (const node of nodes) parents.add(node >> 1);
      for (const parent of parents) {
        const [left, right] = [below[parent * 2], below[parent * 2 + 1]];
        if (left !== undefined) above[parent] = right === undefined ? left : nodeHash(left, right);
      }
      nodes = parents;
    }
  }

  return {
    root(leaves) {
      if (leaves.length === 0) return emptyRoot();
      const changed = new Set<number>();
      if (leaves.length !== before.length) levels = [[]];
      const bottom = (levels[0] ??= []);
      for (let index = 0; index < leaves.length; index += 1) {
        const leaf = leaves[index] as number;
        if (bottom[index] !== undefined && before[index] === leaf) continue;
        bottom[index] = hashOf(leaf);
        changed.add(index);
      }
      before = leaves;
      recompute(changed);
      return levels.findLast((level) => level.length === 1)?.[0] ?? emptyRoot();
    },
  };
}
