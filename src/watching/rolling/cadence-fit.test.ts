import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cadenceFit, probesPerSecond, type SweptTarget } from "./cadence-fit.ts";
import { unfitText } from "./unfit-text.ts";

const HOUR = 3_600_000;
const limits = { rate: 1_000, perHostRate: 1_000 };
const network: SweptTarget = { name: "lan", cadence: HOUR, endpoints: 256 * 65_535, portsOfAHost: 65_535 };

describe("full sweeps and their cadences", () => {
  it("fit when their probes fit the rate", () => {
    expect(cadenceFit(limits, [{ ...network, endpoints: 24 * 65_535 }])).toMatchObject({ fits: true });
    expect(cadenceFit(limits, [])).toMatchObject({ fits: true, needed: 0, cadences: [] });
  });

  it("do not fit when 16.8 million endpoints are due every hour at 1,000 a second, and it says what would", () => {
    const fit = cadenceFit(limits, [network]);
    expect(fit).toEqual({
      needed: (256 * 65_535) / 3_600,
      fits: false,
      limits: { rate: 9_400, perHostRate: 1_000 },
      cadences: [{ name: "lan", cadence: 10 * HOUR }],
    });
    expect(unfitText(fit, limits)).toBe(
      "The full sweeps do not fit their cadences: they need 4,661 probes per second, and the limits are 1,000, " +
        "1,000 to one address. Next: in portolan.yaml, raise limits.rate to 9400, or set the cadence of lan to 10h.",
    );
  });

  it("do not fit when one host would be probed faster than it may be", () => {
    const one = { ...network, endpoints: 65_535 };
    const slow = { rate: 1_000, perHostRate: 10 };
    const fit = cadenceFit(slow, [one]);
    expect(fit).toMatchObject({ fits: false, limits: { rate: 1_000, perHostRate: 37 } });
    expect(unfitText(fit, slow)).toContain("raise limits.perHostRate to 37, or set the cadence of lan to 4h.");
  });

  it("count the tries that were measured", () => {
    const half = { ...network, endpoints: 3_600 * 600 };
    expect(cadenceFit(limits, [half]).fits).toBe(true);
    expect(cadenceFit(limits, [{ ...half, tries: 1.9 }]).fits).toBe(false);
  });

  it("fit at each of the limits and cadences that are proposed, even if every endpoint is tried twice", () => {
    const target = fc.record({
      name: fc.constant("t"),
      cadence: fc.integer({ min: 60_000, max: 7 * 24 * HOUR }),
      endpoints: fc.integer({ min: 1, max: 1e9 }),
      portsOfAHost: fc.integer({ min: 1, max: 65_535 }),
    });
    fc.assert(
      fc.property(
        fc.array(target, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 10_000 }),
        (targets, rate, perHostRate) => {
          const fit = cadenceFit({ rate, perHostRate }, targets);
          const twice = targets.map((each) => ({ ...each, tries: 2 }));
          expect(cadenceFit(fit.limits, twice).fits).toBe(true);
          if (fit.fits) return;
          const slower = twice.map((each, index) => ({ ...each, cadence: fit.cadences[index]?.cadence ?? 0 }));
          expect(cadenceFit({ rate, perHostRate }, slower).fits).toBe(true);
          expect(probesPerSecond(slower)).toBeLessThanOrEqual(rate);
        },
      ),
    );
  });
});
