import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomFrom } from "../../../test/fakes/simulated-network.ts";
import {
  countAnswer,
  countSilence,
  forgetSome,
  isFirm,
  lossOf,
  noCounts,
  openLossOf,
  refusalsLimited,
} from "./loss.ts";

/** So many endpoints, tried twice where the first try is silent. */
function counted(
  seed: number,
  endpoints: number,
  {
    loss = 0,
    openLoss = loss,
    open = 0.1,
    silent = 0,
  }: { loss?: number; openLoss?: number; open?: number; silent?: number },
) {
  const random = randomFrom(seed);
  const counts = noCounts(0);
  for (let each = 0; each < endpoints; each++) {
    const dead = random() < silent;
    const isOpen = random() < open;
    for (let tryNumber = 1; tryNumber <= 2; tryNumber++) {
      if (!dead && random() >= (isOpen ? openLoss : loss)) {
        countAnswer(counts, tryNumber, isOpen);
        break;
      }
      countSilence(counts, tryNumber);
    }
  }
  return counts;
}

describe("loss", () => {
  it("is measured from the tries, whatever share of the endpoints never answers", () => {
    const losses = fc.double({ min: 0, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(fc.integer(), losses, fc.double({ min: 0, max: 0.9, noNaN: true }), (seed, loss, silent) => {
        const counts = counted(seed, 20_000, { loss, silent });
        // Five standard deviations of a share among those that do answer.
        const tolerance = 0.005 + 5 * Math.sqrt((loss * (1 + loss)) / (20_000 * (1 - silent) * (1 - loss)));
        expect(Math.abs(lossOf(counts, loss) - loss)).toBeLessThan(tolerance);
      }),
    );
  });

  it("is zero where only filters are silent, and the prior where nothing is known", () => {
    expect(lossOf(counted(1, 1_000, { silent: 0.7 }), 0)).toBe(0);
    expect(lossOf(noCounts(0), 0.2)).toBe(0.2);
    // Before any second try: at most the share of silence.
    const fresh = noCounts(0);
    for (let each = 0; each < 1_000; each++) countAnswer(fresh, 1, false);
    expect(lossOf(fresh, 0.2)).toBeLessThan(0.01);
  });

  it("distinguishes a limit on refusals from a loss by the open endpoints, which it does not affect", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const limited = counted(seed, 2_000, { loss: 0.6, openLoss: 0 });
      expect(refusalsLimited(limited)).toBe(true);
      expect(openLossOf(limited, 0)).toBeLessThan(0.01);
      expect(refusalsLimited(counted(seed, 2_000, { loss: 0.4 }))).toBe(false);
    }
  });

  it("is firm once a loss that matters would show", () => {
    expect(isFirm(counted(1, 100, {}))).toBe(false);
    expect(isFirm(counted(1, 200, {}))).toBe(true);
    expect(isFirm(counted(1, 1_000, { loss: 0.1 }))).toBe(true);
    expect(isFirm(counted(1, 10_000, { silent: 1 }))).toBe(false);
  });

  it("forgets by halves, and not before late silence is known", () => {
    const counts = counted(1, 10_000, { loss: 0.1 });
    const before = { ...counts };
    forgetSome(counts, 4_000);
    expect(counts).toEqual(before);
    forgetSome(counts, 6_000);
    expect(counts.firstAnswered).toBe(before.firstAnswered / 2);
    expect(lossOf(counts, 0)).toBeCloseTo(lossOf(before, 0), 2);
  });
});
