import { setImmediate as nextTurn } from "node:timers/promises";
import { copyOf, emptyTree, type Tree } from "@portolan/verifier";
import type { Db } from "../../../platform/storage/tables.ts";
import { extensionProof } from "../extension.ts";

/** A page is read in a turn of its own: monitoring does not wait for a long log to be read. */
const PAGE_ROWS = 2_000;

/** The growth of the log from one size to another, read from the hashes of its entries. */
export interface Growth {
  readonly proof: readonly Uint8Array[];
  readonly oldRoot: Uint8Array;
  /** The root that the entries give now, which need not be the one that was signed. */
  readonly root: Uint8Array;
}

/**
 * Proofs of growth. It keeps the tree at the sizes it was last asked for, some hundred bytes each, so that the next proof
 * reads only what was appended since.
 */
export function createGrowth(db: Db): (old: number, size: number) => Promise<Growth | undefined> {
  let known: readonly Tree[] = [emptyTree()];

  async function treeAt(size: number): Promise<Tree> {
    const nearest = known.filter((tree) => tree.size() <= size).reduce((a, b) => (b.size() > a.size() ? b : a));
    const tree = copyOf(nearest);
    for await (const leaf of leafHashes(db, tree.size(), size)) tree.append(leaf);
    return tree;
  }

  /** Undefined if the log has fewer entries than `size`. */
  return async (old, size) => {
    const before = await treeAt(old);
    const leaves: Uint8Array[] = [];
    for await (const leaf of leafHashes(db, old, size)) leaves.push(leaf);
    if (before.size() !== old || old + leaves.length !== size) return undefined;
    const after = copyOf(before);
    for (const leaf of leaves) after.append(leaf);
    known = [emptyTree(), before, after];
    return { proof: extensionProof(before, leaves), oldRoot: before.root(), root: after.root() };
  };
}

async function* leafHashes(db: Db, first: number, end: number): AsyncGenerator<Uint8Array, undefined> {
  for (let from = first; from < end; from += PAGE_ROWS) {
    const page = await db
      .selectFrom("evidence_entry")
      .select("leaf_hash")
      .where("index", ">=", from)
      .where("index", "<", Math.min(end, from + PAGE_ROWS))
      .orderBy("index")
      .execute();
    for (const { leaf_hash: leaf } of page) yield leaf;
    await nextTurn();
  }
}
