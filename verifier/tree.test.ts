import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyRoot, copyOf, emptyTree, leafHash, nodeHash, rootOf, treeFromFrontier } from "./tree.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

/** Leaves and roots of certificate-transparency's reference tree (merkletree/merkle_tree_test, sizes 1 to 8). */
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/** RFC 6962 section 2.1, transcribed literally. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return emptyRoot();
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

const leaf = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("tree", () => {
  it("has the published root without leaves", () => {
    expect(hex(emptyTree().root())).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("has the published root after each of the eight reference leaves", () => {
    const tree = emptyTree();
    const roots = LEAVES.map((data) => {
      tree.append(leafHash(bytes(data)));
      return hex(tree.root());
    });
    expect(roots).toEqual(ROOTS);
    expect(tree.size()).toBe(8);
  });

  it("gives the root of RFC 6962's definition for any leaves", () => {
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 70 }), (leaves) => {
        expect(hex(rootOf(leaves))).toBe(hex(naiveRoot(leaves)));
      }),
    );
  });

  it("resumes from its frontier as if it had never stopped", () => {
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 40 }), fc.array(leaf, { maxLength: 40 }), (before, after) => {
        const tree = emptyTree();
        for (const hash of before) tree.append(hash);
        const resumed = treeFromFrontier(tree.size(), tree.frontier());
        for (const hash of after) resumed?.append(hash);
        expect(resumed?.size()).toBe(before.length + after.length);
        expect(hex(resumed?.root() ?? new Uint8Array())).toBe(hex(rootOf([...before, ...after])));
      }),
    );
  });

  it("leaves a copy alone when it grows", () => {
    const tree = emptyTree();
    for (const data of LEAVES.slice(0, 3)) tree.append(leafHash(bytes(data)));
    const copy = copyOf(tree);
    tree.append(leafHash(bytes("2021")));
    expect([copy.size(), hex(copy.root())]).toEqual([3, ROOTS[2]]);
  });

  it("refuses a frontier without one hash for every bit of the size", () => {
    expect(treeFromFrontier(3, new Uint8Array(32))).toBeUndefined();
    expect(treeFromFrontier(4, new Uint8Array(64))).toBeUndefined();
    expect(treeFromFrontier(1, new Uint8Array(31))).toBeUndefined();
    expect(treeFromFrontier(-1, new Uint8Array(0))).toBeUndefined();
    expect(treeFromFrontier(0.5, new Uint8Array(0))).toBeUndefined();
    expect(treeFromFrontier(2 ** 40, new Uint8Array(32))?.size()).toBe(2 ** 40);
  });
});
