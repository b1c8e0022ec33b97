import { hash } from "node:crypto";
import { createProver, emptyTree, toBase64, verifyConsistency } from "@portolan/verifier";
import { expect, it } from "vitest";
import { extensionProof } from "./extension.ts";

const leaves = Array.from({ length: 70 }, (_, index) => hash("sha256", String(index), "buffer"));
const prover = createProver(leaves);

it("is the proof that the whole list of leaves gives, for every pair of sizes", () => {
  const tree = emptyTree();
  for (let first = 0; first <= leaves.length; first += 1) {
    for (let second = first; second <= leaves.length; second += 1) {
      const path = extensionProof(tree, leaves.slice(first, second));
      expect(path.map(toBase64)).toEqual(prover.consistency(first, second).map(toBase64));
      const roots = { firstRoot: prover.root(first), secondRoot: prover.root(second) };
      expect(verifyConsistency({ first, second, ...roots, path })).toBe(true);
    }
    const next = leaves[first];
    if (next !== undefined) tree.append(next);
  }
});
