import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allOf, anyOf, DISPOSITIONS, dispositionOf, lengthOf, within, type TargetDay } from "./disposition.ts";

const DAY = { from: 0, to: 24 };
const day = (facts: Partial<TargetDay>): TargetDay => ({
  wanted: 24,
  unknown: 0,
  dark: 0,
  sweeps: [{ verdict: "complete" }],
  answered: true,
  ...facts,
});

describe("the disposition of a target on a day", () => {
  it.each([
    ["scanned", {}],
    ["scanned", { sweeps: [] }],
    ["unreachable", { answered: false }],
    ["partial", { unknown: 2, dark: 2 }],
    ["partial", { unknown: 24 }],
    ["gap", { unknown: 24, dark: 24, sweeps: [] }],
    ["gap", { unknown: 24, dark: 24, sweeps: [{ verdict: "partial" }] }],
    ["untrusted", { unknown: 24, dark: 24, sweeps: [{ verdict: "untrusted" }] }],
    ["excluded", { wanted: 0, sweeps: [] }],
  ] as const)("is %s for %o", (disposition, facts) => {
    expect(dispositionOf(day(facts))).toBe(disposition);
  });

  it("is exactly one, and neither scanned nor unreachable while anything was unknown", () => {
    const hours = fc.integer({ min: 1, max: 24 });
    fc.assert(
      fc.property(hours, hours, fc.boolean(), (unknown, dark, answered) => {
        const found = dispositionOf(day({ unknown, dark: Math.min(dark, unknown), answered }));
        expect(DISPOSITIONS.filter((each) => each === found)).toHaveLength(1);
        expect(["scanned", "unreachable"]).not.toContain(found);
      }),
    );
  });
});

describe("periods", () => {
  const list = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 9 }))
      .map(([from, length]) => ({ from, to: from + length })),
    { maxLength: 5 },
  );
  const covers = (periods: readonly { from: number; to: number }[], at: number) =>
    periods.some(({ from, to }) => from <= at && at < to);

  it("are joined, intersected and cut hour by hour", () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const [one, other] = [anyOf([a]), anyOf([b])];
        for (let at = 0; at < 40; at += 1) {
          expect(covers(anyOf([a, b]), at)).toBe(covers(a, at) || covers(b, at));
          expect(covers(allOf([one, other]), at)).toBe(covers(a, at) && covers(b, at));
          expect(covers(within(DAY, one), at)).toBe(covers(a, at) && at < 24);
        }
        expect(lengthOf(one)).toBe(Array.from({ length: 40 }, (_, at) => at).filter((at) => covers(a, at)).length);
      }),
    );
  });
});
