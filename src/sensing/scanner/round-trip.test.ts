import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRoundTrip } from "./round-trip.ts";

describe("round-trip time", () => {
  it("begins by RFC 6298, section 2.2, and continues by section 2.3", () => {
    const path = createRoundTrip();
    expect(path.timeout).toBeUndefined();
    path.measured(100);
    expect([path.smoothed, path.timeout]).toEqual([100, 300]);
    path.measured(180);
    // RTTVAR = 3/4 · 50 + 1/4 · 80, then SRTT = 7/8 · 100 + 1/8 · 180.
    expect([path.smoothed, path.timeout]).toEqual([110, 110 + 4 * 57.5]);
  });

  it("stays among what was measured, and never waits less than that", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 5_000, noNaN: true }), { minLength: 1 }), (samples) => {
        const path = createRoundTrip();
        for (const sample of samples) path.measured(sample);
        const { smoothed = Number.NaN, timeout = Number.NaN } = path;
        expect(smoothed).toBeGreaterThanOrEqual(Math.min(...samples) - 1e-6);
        expect(smoothed).toBeLessThanOrEqual(Math.max(...samples) + 1e-6);
        expect(timeout).toBeGreaterThanOrEqual(smoothed);
      }),
    );
  });
});
