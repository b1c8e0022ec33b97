import { describe, expect, it } from "vitest";
import { inBatches } from "./entry-batches.ts";

describe("the lists of an entry", () => {
  it("stay together while they fit", () => {
    expect(inBatches({ a: [1, 2], b: ["x"], c: [] as string[] })).toEqual([{ a: [1, 2], b: ["x"], c: [] }]);
    expect(inBatches({ a: [], b: [] })).toEqual([]);
  });

  it("continue in the next entry, whole and in order", () => {
    const long = Array.from({ length: 5 }, (_, index) => String(index).padEnd(100_000, "x"));
    const batches = inBatches({ a: long, b: ["y"] });
    expect(batches.map(({ a, b }) => [a.length, b.length])).toEqual([
      [2, 0],
      [2, 0],
      [1, 1],
    ]);
    expect(batches.flatMap(({ a }) => a)).toEqual(long);
  });

  it("take an item of any size", () => {
    const huge = "x".repeat(300_000);
    expect(inBatches({ a: [huge, "y"] })).toEqual([{ a: [huge] }, { a: ["y"] }]);
  });
});
