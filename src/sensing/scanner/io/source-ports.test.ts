import fc from "fast-check";
import { expect, it } from "vitest";
import { pickBlock } from "./source-ports.ts";

it("picks ports outside of the kernel's range wherever that leaves any, and never a well-known one", () => {
  const range = fc
    .tuple(fc.integer({ min: 1_024, max: 65_535 }), fc.nat(64_511))
    .map(([first, length]) => [first, Math.min(65_535, first + length)] as const);
  fc.assert(
    fc.property(range, fc.nat(), ([first, last], seed) => {
      const from = pickBlock([first, last], 8, (below) => seed % below);
      expect(from).toBeGreaterThanOrEqual(1_024);
      expect(from + 7).toBeLessThanOrEqual(65_535);
      const room = Math.max(65_535 - last, first - 1_024);
      if (room >= 8 * 16) expect(from + 7 < first || from > last).toBe(true);
    }),
  );
});
