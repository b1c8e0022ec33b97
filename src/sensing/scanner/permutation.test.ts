import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { permutation } from "./permutation.ts";

const LARGEST = Number.MAX_SAFE_INTEGER;

describe("permutation", () => {
  it("reaches every value of a small domain exactly once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.string(), (size, seed) => {
        const p = permutation(size, seed);
        const reached = new Set(Array.from({ length: size }, (_, i) => p.at(i)));
        expect(reached.size).toBe(size);
        expect(Math.min(...reached)).toBe(0);
        expect(Math.max(...reached)).toBe(size - 1);
      }),
    );
  });

  it("is undone by indexOf up to the largest size", () => {
    const sizeAndIndex = fc
      .oneof(fc.integer({ min: 1, max: LARGEST }), fc.integer({ min: LARGEST - 1_000, max: LARGEST }))
      .chain((size) =>
        fc.tuple(fc.constant(size), fc.oneof(fc.integer({ min: 0, max: size - 1 }), fc.constantFrom(0, size - 1))),
      );
    fc.assert(
      fc.property(sizeAndIndex, fc.string(), ([size, index], seed) => {
        const p = permutation(size, seed);
        const value = p.at(index);
        expect(Number.isSafeInteger(value) && value >= 0 && value < size).toBe(true);
        expect(p.indexOf(value)).toBe(index);
      }),
      { numRuns: 2_000 },
    );
  });

  it("covers all 65,535 ports and depends on the seed", () => {
    const one = permutation(65_535, "one");
    const other = permutation(65_535, "other");
    const seen = new Uint8Array(65_535);
    let same = 0;
    for (let i = 0; i < 65_535; i++) {
      seen[one.at(i)] = 1;
      if (one.at(i) === other.at(i)) same++;
    }
    expect(seen.every((mark) => mark === 1)).toBe(true);
    // Two random permutations agree in one place on average (Poisson with mean 1).
    expect(same).toBeLessThan(12);
  });

  it("gives the recorded order for a recorded seed, so that a plan can be performed again", () => {
    const p = permutation(65_535, "00112233445566778899aabbccddeeff");
    expect(Array.from({ length: 6 }, (_, i) => p.at(i))).toMatchInlineSnapshot(`
      [
        65418,
        9438,
        60517,
        2410,
        27392,
        39281,
      ]
    `);
  });

  it("does not send neighbours to neighbours, so that no host is hammered", () => {
    const hosts = 256;
    const p = permutation(hosts * 1_000, "seed");
    let sameHost = 0;
    for (let i = 1; i < 20_000; i++) {
      if (Math.floor(p.at(i) / 1_000) === Math.floor(p.at(i - 1) / 1_000)) sameHost++;
    }
    // Chance is 1 in 256, i.e. 78 of 20,000.
    expect(sameHost).toBeLessThan(150);
  });

  it("refuses an index that is not in the domain", () => {
    const p = permutation(10, "seed");
    for (const wrong of [-1, 10, 1.5, Number.NaN]) {
      expect(() => p.at(wrong)).toThrow(RangeError);
      expect(() => p.indexOf(wrong)).toThrow(RangeError);
    }
    expect(() => permutation(0, "seed").at(0)).toThrow(RangeError);
    expect(() => permutation(2 ** 53, "seed")).toThrow(RangeError);
  });
});
