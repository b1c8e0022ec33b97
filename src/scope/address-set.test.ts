import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressSet, emptyAddressSet, unionOf, type AddressRange, type AddressSet } from "./address-set.ts";
import { formatAddresses, formatRange } from "./address-text.ts";

/** Few addresses, so that ranges meet: some at the very ends of both families, some around the IPv4-mapped block. */
const UNIVERSE = [
  ...[0, 1, 2, 3].map((n) => `0.0.0.${n}`),
  ...[254, 255].map((n) => `10.0.0.${n}`),
  "10.0.1.0",
  "255.255.255.254",
  "255.255.255.255",
  ...["::", "::1", "::2", "2001:db8::ffff", "2001:db8::1:0", "2001:db8::1:1"],
  ...["ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
];

/** Runs of the universe whose neighbours differ by one, so that a range holds only what is listed here. */
const RUNS = [
  [0, 3],
  [4, 6],
  [7, 8],
  [9, 11],
  [12, 14],
  [15, 16],
] as const;

const range = fc
  .constantFrom(...RUNS)
  .chain(([low, high]) =>
    fc
      .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
      .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]),
  );
const model = fc.array(range, { maxLength: 8 });

function build(ranges: readonly [number, number][]): AddressSet {
  return addressSet(
    ranges.map(([first, last]): AddressRange => ({ first: UNIVERSE[first] ?? "", last: UNIVERSE[last] ?? "" })),
  );
}

function naive(ranges: readonly [number, number][]): Set<number> {
  return new Set(
    ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, step) => first + step)),
  );
}

function members(set: AddressSet): string[] {
  return Array.from({ length: set.size }, (_, index) => set.at(index));
}

function expected(indexes: Iterable<number>): string[] {
  return [...indexes].toSorted((a, b) => a - b).map((index) => UNIVERSE[index] ?? "");
}

const both = <T>(a: Set<T>, b: Set<T>): Set<T> => new Set([...a, ...b]);
const without = <T>(a: Set<T>, b: Set<T>): Set<T> => new Set([...a].filter((value) => !b.has(value)));
const common = <T>(a: Set<T>, b: Set<T>): Set<T> => new Set([...a].filter((value) => b.has(value)));

describe("a set of addresses", () => {
  test("holds, counts, orders and indexes exactly its elements", () => {
    fc.assert(
      fc.property(model, (ranges) => {
        const set = build(ranges);
        const inside = naive(ranges);
        expect(set.size).toBe(inside.size);
        expect(members(set)).toEqual(expected(inside));
        for (const [index, address] of UNIVERSE.entries()) {
          expect(set.has(address)).toBe(inside.has(index));
          const position = set.indexOf(address);
          expect(position >= 0).toBe(inside.has(index));
          if (position >= 0) expect(set.at(position)).toBe(address);
        }
      }),
    );
  });

  test("union, subtraction and intersection are those of sets", () => {
    fc.assert(
      fc.property(model, model, model, (a, b, c) => {
        const [setA, setB, setC] = [build(a), build(b), build(c)];
        const [modelA, modelB, modelC] = [naive(a), naive(b), naive(c)];
        expect(members(setA.union(setB))).toEqual(expected(both(modelA, modelB)));
        expect(members(setA.subtract(setB))).toEqual(expected(without(modelA, modelB)));
        expect(members(setA.intersect(setB))).toEqual(expected(common(modelA, modelB)));
        expect(members(unionOf([setA, setB, setC]))).toEqual(expected(both(both(modelA, modelB), modelC)));
        expect(members(setA.union(setB).subtract(setC).intersect(setA))).toEqual(
          expected(common(without(both(modelA, modelB), modelC), modelA)),
        );
      }),
    );
  });

  test("keeps ranges sorted, disjoint and merged, so that equal sets have equal ranges", () => {
    fc.assert(
      fc.property(model, model, (a, b) => {
        const [setA, setB] = [build(a), build(b)];
        expect(setA.union(setB).ranges).toEqual(setB.union(setA).ranges);
        expect(setA.subtract(setB).union(setA.intersect(setB)).ranges).toEqual(setA.ranges);
        expect(addressSet(setA.ranges).ranges).toEqual(setA.ranges);
      }),
    );
  });

  test("merges touching ranges and puts IPv4 before IPv6", () => {
    const set = addressSet([
      { first: "2001:db8::1", last: "2001:db8::1" },
      { first: "10.0.0.128", last: "10.0.0.255" },
      { first: "10.0.0.0", last: "10.0.0.127" },
      { first: "2001:DB8::2", last: "2001:db8:0::3" },
    ]);
    expect(set.ranges).toEqual([
      { first: "10.0.0.0", last: "10.0.0.255" },
      { first: "2001:db8::1", last: "2001:db8::3" },
    ]);
    expect(set.at(255)).toBe("10.0.0.255");
    expect(set.at(256)).toBe("2001:db8::1");
    expect(set.indexOf("2001:db8::3")).toBe(258);
  });

  test("indexes all of IPv4 and a /96 without walking it", () => {
    const set = addressSet([
      { first: "0.0.0.0", last: "255.255.255.255" },
      { first: "2001:db8::", last: "2001:db8::ffff:ffff" },
    ]);
    expect(set.size).toBe(2 ** 33);
    expect(set.at(2 ** 32 - 1)).toBe("255.255.255.255");
    expect(set.at(2 ** 33 - 1)).toBe("2001:db8::ffff:ffff");
    expect(set.indexOf("2001:db8::1:0")).toBe(2 ** 32 + 65_536);
  });

  test("larger than 2^53 - 1: membership and set operations work, indexes are refused", () => {
    const block = addressSet([{ first: "2001:db8::", last: "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff" }]);
    expect(block.size).toBe(Infinity);
    expect(block.has("2001:db8:1234::1")).toBe(true);
    expect(() => block.at(0)).toThrow("cannot be indexed");
    expect(() => block.indexOf("2001:db8::")).toThrow("cannot be indexed");
    const host = addressSet([{ first: "2001:db8::7", last: "2001:db8::7" }]);
    expect(block.intersect(host).size).toBe(1);
    expect(block.subtract(host).ranges).toEqual([
      { first: "2001:db8::", last: "2001:db8::6" },
      { first: "2001:db8::8", last: "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff" },
    ]);
    const limit = addressSet([{ first: "2001:db8::", last: "2001:db8::1f:ffff:ffff:fffe" }]);
    expect(limit.size).toBe(Number.MAX_SAFE_INTEGER);
    expect(limit.at(limit.size - 1)).toBe("2001:db8::1f:ffff:ffff:fffe");
  });

  test("an IPv4-mapped address is its IPv4 address, alone and inside an IPv6 range", () => {
    const single = addressSet([{ first: "::ffff:10.0.0.1", last: "::ffff:10.0.0.2" }]);
    expect(single.ranges).toEqual([{ first: "10.0.0.1", last: "10.0.0.2" }]);
    expect(single.has("::ffff:10.0.0.2")).toBe(true);
    const everything = addressSet([{ first: "::", last: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" }]);
    expect(everything.ranges).toEqual([
      { first: "0.0.0.0", last: "255.255.255.255" },
      { first: "::", last: "::fffe:ffff:ffff" },
      { first: "::1:0:0:0", last: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    ]);
  });

  test("refuses text that is not a range, and an index outside", () => {
    expect(() => addressSet([{ first: "10.0.0.2", last: "10.0.0.1" }])).toThrow(
      '"10.0.0.2-10.0.0.1" is not a range of addresses',
    );
    expect(() => addressSet([{ first: "10.0.0.1", last: "::1" }])).toThrow("is not a range of addresses");
    expect(() => addressSet([{ first: "a", last: "b" }])).toThrow("is not a range of addresses");
    for (const index of [-1, 0, 0.5, Number.NaN]) expect(() => emptyAddressSet.at(index)).toThrow(RangeError);
    expect(emptyAddressSet.has("not an address")).toBe(false);
    expect(emptyAddressSet.indexOf("not an address")).toBe(-1);
  });
});

describe("ranges as text", () => {
  test.each([
    ["10.0.0.1", "10.0.0.1", "10.0.0.1"],
    ["10.0.0.0", "10.0.0.255", "10.0.0.0/24"],
    ["10.0.0.1", "10.0.0.2", "10.0.0.1-10.0.0.2"],
    ["10.0.0.2", "10.0.0.3", "10.0.0.2/31"],
    ["10.0.0.0", "10.0.0.2", "10.0.0.0-10.0.0.2"],
    ["0.0.0.0", "255.255.255.255", "0.0.0.0/0"],
    ["2001:db8::", "2001:db8::ff", "2001:db8::/120"],
    ["2001:db8::1", "2001:db8::ff", "2001:db8::1-2001:db8::ff"],
    ["::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"],
  ])("%s to %s is %s", (first, last, text) => {
    expect(formatRange({ first, last })).toBe(text);
  });

  test("of a set: the first few, and how many more", () => {
    const set = addressSet([1, 3, 5, 7].map((n) => ({ first: `10.0.0.${n}`, last: `10.0.0.${n}` })));
    expect(formatAddresses(set)).toBe("10.0.0.1, 10.0.0.3, 10.0.0.5, 10.0.0.7");
    expect(formatAddresses(set, 2)).toBe("10.0.0.1, 10.0.0.3 and 2 more");
  });
});
