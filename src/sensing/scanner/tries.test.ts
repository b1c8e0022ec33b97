import fc from "fast-check";
import { expect, it } from "vitest";
import { triesFor } from "./tries.ts";

it("gives as many tries as leave one open endpoint in two thousand unseen, and no fewer than requested", () => {
  expect([0, 0.001, 0.02, 0.0396, 0.19, 0.5, 1].map((loss) => triesFor(loss, 2))).toEqual([2, 2, 2, 3, 5, 8, 8]);
  expect(triesFor(0.19, 12)).toBe(12);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 10 }), (loss, base) => {
      const tries = triesFor(loss, base);
      expect(tries).toBeGreaterThanOrEqual(base);
      expect(loss ** tries <= 0.0005 || tries === Math.max(8, base)).toBe(true);
      // Not one more than it takes.
      if (tries > base) expect(loss ** (tries - 1)).toBeGreaterThan(0.0005);
    }),
  );
});
