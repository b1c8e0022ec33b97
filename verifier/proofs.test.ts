import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createProver, verifyConsistency, verifyInclusion } from "./proofs.ts";
import { emptyRoot, leafHash, rootOf } from "./tree.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(
  (data) => leafHash(Buffer.from(data, "hex")),
);

/** Published with certificate-transparency's reference tree (transparency-dev/merkle, log_verifier_test.go). */
const INCLUSION: [index: number, size: number, path: string[]][] = [
  [0, 1, []],
  [
    0,
    8,
    [
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
  ],
  [
    5,
    8,
    [
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  ],
  [2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]],
  [
    1,
    5,
    [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
  ],
];
const CONSISTENCY: [first: number, second: number, path: string[]][] = [
  [1, 1, []],
  [
    1,
    8,
    [
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
  ],
  [
    6,
    8,
    [
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  ],
  [
    2,
    5,
    [
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
  ],
  [
    6,
    7,
    [
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
  ],
];

/** Distinct leaves, and two positions among them. */
const treeAndPlaces = fc.integer({ min: 1, max: 130 }).chain((size) =>
  fc.record({
    leaves: fc.constant(Array.from({ length: size }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)))),
    size: fc.integer({ min: 1, max: size }),
    place: fc.nat(),
  }),
);

function damaged(hash: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(hash);
  const byte = Math.floor(bit / 8) % copy.length;
  copy[byte] = (copy[byte] ?? 0) ^ (1 << (bit % 8));
  return copy;
}

describe("inclusion proofs", () => {
  it.each(INCLUSION)("are the published ones: leaf %i of %i", (index, size, path) => {
    expect(createProver(LEAVES).inclusion(index, size).map(hex)).toEqual(path);
  });

  it("verify for every leaf of every size, and for nothing else", () => {
    fc.assert(
      fc.property(treeAndPlaces, fc.nat(255), ({ leaves, size, place }, bit) => {
        const prover = createProver(leaves);
        const index = place % size;
        const path = prover.inclusion(index, size);
        const claim = { index, size, path, leafHash: leaves[index] ?? emptyRoot(), root: prover.root(size) };
        expect(hex(claim.root)).toBe(hex(rootOf(leaves.slice(0, size))));
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, leafHash: damaged(claim.leafHash, bit) })).toBe(false);
        expect(verifyInclusion({ ...claim, root: damaged(claim.root, bit) })).toBe(false);
        expect(verifyInclusion({ ...claim, path: [...path, claim.root] })).toBe(false);
        expect(verifyInclusion({ ...claim, path: [claim.root, ...path] })).toBe(false);
        if (path.length > 0) expect(verifyInclusion({ ...claim, path: path.slice(1) })).toBe(false);
        path.forEach((hash, step) => {
          expect(verifyInclusion({ ...claim, path: path.with(step, damaged(hash, bit)) })).toBe(false);
        });
        for (let other = 0; other < size; other += 1) {
          if (other !== index) expect(verifyInclusion({ ...claim, index: other })).toBe(false);
        }
      }),
    );
  });

  it("refuse places and sizes that no tree has", () => {
    const claim = { index: 0, size: 1, path: [], leafHash: LEAVES[0] ?? emptyRoot(), root: LEAVES[0] ?? emptyRoot() };
    expect(verifyInclusion(claim)).toBe(true);
    expect(verifyInclusion({ ...claim, index: 1 })).toBe(false);
    expect(verifyInclusion({ ...claim, index: -1 })).toBe(false);
    expect(verifyInclusion({ ...claim, size: 0 })).toBe(false);
    expect(verifyInclusion({ ...claim, size: Number.NaN })).toBe(false);
    expect(verifyInclusion({ ...claim, leafHash: new Uint8Array(), root: new Uint8Array() })).toBe(false);
    expect(() => createProver(LEAVES).inclusion(8, 8)).toThrow(RangeError);
    expect(() => createProver(LEAVES).inclusion(0, 9)).toThrow(RangeError);
  });
});

describe("consistency proofs", () => {
  it.each(CONSISTENCY)("are the published ones: %i in %i", (first, second, path) => {
    expect(createProver(LEAVES).consistency(first, second).map(hex)).toEqual(path);
  });

  it("verify between any two sizes, and for nothing else", () => {
    fc.assert(
      fc.property(treeAndPlaces, fc.nat(255), ({ leaves, size, place }, bit) => {
        const prover = createProver(leaves);
        const first = place % (size + 1);
        const path = prover.consistency(first, size);
        const claim = { first, second: size, path, firstRoot: prover.root(first), secondRoot: prover.root(size) };
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, firstRoot: damaged(claim.firstRoot, bit) })).toBe(false);
        expect(verifyConsistency({ ...claim, path: [...path, claim.secondRoot] })).toBe(false);
        expect(verifyConsistency({ ...claim, path: [claim.firstRoot, ...path] })).toBe(false);
        if (first === 0) return;
        expect(verifyConsistency({ ...claim, secondRoot: damaged(claim.secondRoot, bit) })).toBe(false);
        if (path.length > 0) expect(verifyConsistency({ ...claim, path: path.slice(0, -1) })).toBe(false);
        path.forEach((hash, step) => {
          expect(verifyConsistency({ ...claim, path: path.with(step, damaged(hash, bit)) })).toBe(false);
        });
        if (first !== size) {
          expect(verifyConsistency({ ...claim, first: size, second: first })).toBe(false);
          expect(verifyConsistency({ ...claim, firstRoot: claim.secondRoot, secondRoot: claim.firstRoot })).toBe(false);
        }
      }),
    );
  });

  it("do not let a rewritten log pass for an extension", () => {
    const old = createProver(LEAVES.slice(0, 5));
    const rewritten = createProver([...LEAVES.slice(0, 2), leafHash(Buffer.from("other")), ...LEAVES.slice(3)]);
    const claim = { first: 5, second: 8, firstRoot: old.root(5), secondRoot: rewritten.root(8) };
    expect(verifyConsistency({ ...claim, path: rewritten.consistency(5, 8) })).toBe(false);
  });
});
