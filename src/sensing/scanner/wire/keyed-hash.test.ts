import { expect, it } from "vitest";
import { createKeyedHash } from "./keyed-hash.ts";

/** Messages 00 01 02 … of 4, 8 and 12 bytes under the key 00 … 07: vectors.h of the reference implementation. */
const WORDS = [0x03020100, 0x07060504, 0x0b0a0908];
const VECTORS = [0x89466e2a, 0x8f84b8d0, 0x2f87f057];

it("is HalfSipHash-2-4, in one go and continued", () => {
  const { begin, finish } = createKeyedHash(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7));
  const hashes = WORDS.map((word, i) => finish(begin(WORDS.slice(0, i)), word) >>> 0);
  expect(hashes).toEqual(VECTORS);
  const state = begin(WORDS.slice(0, 2));
  expect([finish(state, WORDS[2]!), finish(state, WORDS[2]!)]).toEqual([VECTORS[2]! | 0, VECTORS[2]! | 0]);
});

it("depends on the key", () => {
  const of = (key: number[]) => createKeyedHash(Uint8Array.from(key)).finish({ ...start(key) }, 1);
  const start = (key: number[]) => createKeyedHash(Uint8Array.from(key)).begin([]);
  expect(of([0, 0, 0, 0, 0, 0, 0, 0])).not.toBe(of([0, 0, 0, 0, 0, 0, 0, 1]));
});
