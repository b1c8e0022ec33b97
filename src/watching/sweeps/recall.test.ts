import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTrusted, recallOf } from "./recall.ts";

describe("recallOf", () => {
  it("knows nothing without a canary", () => {
    expect(recallOf(0, 0)).toBeUndefined();
    expect(isTrusted(undefined)).toBe(true);
  });

  // The closed forms of the interval: at the ends it is 1 - (α/2)^(1/n); 1 of 2 is 1 - √0.975 and its mirror image.
  it.each([
    [3, 3, 0.025 ** (1 / 3), 1],
    [0, 3, 0, 1 - 0.025 ** (1 / 3)],
    [1_000, 1_000, 0.025 ** (1 / 1_000), 1],
    [1, 2, 1 - Math.sqrt(0.975), Math.sqrt(0.975)],
    // R: binom.test(997, 1000)$conf.int
    [997, 1_000, 0.991258, 0.999381],
  ])("%d of %d", (found, canaries, low, high) => {
    const recall = recallOf(found, canaries);
    expect(recall?.low).toBeCloseTo(low, 5);
    expect(recall?.high).toBeCloseTo(high, 5);
  });

  it("contains the true share in at least 95 of 100 samples, whatever the share", () => {
    for (const share of [0.9, 0.97, 0.99, 0.999]) {
      for (const trials of [40, 300, 2_000]) {
        // Exact: the probabilities of all outcomes whose interval holds the share add up to 95 % and more.
        let covered = 0;
        let chance = Math.exp(trials * Math.log(share));
        for (let missed = 0; missed <= trials; missed += 1) {
          const recall = recallOf(trials - missed, trials);
          if (recall !== undefined && recall.low <= share && share <= recall.high) covered += chance;
          chance *= ((trials - missed) / (missed + 1)) * ((1 - share) / share);
          if (chance < 1e-12 && missed > trials * (1 - share)) break;
        }
        expect(covered).toBeGreaterThanOrEqual(0.95);
      }
    }
  });

  it("contains its point estimate, and grows with the number found", { tags: ["long"] }, () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.nat(), (canaries, any) => {
        const found = any % (canaries + 1);
        const recall = recallOf(found, canaries);
        const more = recallOf(Math.min(found + 1, canaries), canaries);
        expect(recall?.low).toBeLessThanOrEqual(found / canaries);
        expect(recall?.high).toBeGreaterThanOrEqual(found / canaries);
        expect(more?.low).toBeGreaterThanOrEqual(recall?.low ?? 1);
      }),
      { numRuns: 200 },
    );
  });
});

describe("isTrusted", () => {
  it.each([
    [99, 100, true],
    [989, 1_000, false],
    [990, 1_000, true],
    [2, 3, false],
  ])("%d of %d: %s", (found, canaries, trusted) => {
    expect(isTrusted(recallOf(found, canaries))).toBe(trusted);
  });
});
