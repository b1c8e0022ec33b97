import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { missedWindow, nextAttempt, nextDue } from "./cadence.ts";

const HOUR = 3_600_000;

describe("when a target is due", () => {
  it("is at once when it was never swept", () => {
    expect(nextDue(undefined, HOUR, 5_000, 0.5)).toBe(5_000);
  });

  it("is at once when its time has passed", () => {
    expect(nextDue(0, HOUR, 2 * HOUR, 0.5)).toBe(2 * HOUR);
  });

  it("is never later than one cadence after the last start, never more than a tenth earlier", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 40 * HOUR }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (cadence, random) => {
          const due = nextDue(1_000, cadence, 1_000, random);
          expect(due).toBeLessThanOrEqual(1_000 + cadence);
          expect(due).toBeGreaterThanOrEqual(1_000 + cadence * 0.9 - 1);
        },
      ),
    );
  });
});

describe("after an attempt", () => {
  it("is when the target is due, or a while later if it is still due", () => {
    expect(nextAttempt(HOUR, 5_000, HOUR)).toBe(HOUR);
    expect(nextAttempt(5_000, 5_000, HOUR)).toBe(305_000);
    expect(nextAttempt(5_000, 5_000, 4_000)).toBe(9_000);
  });
});

describe("a missed window", () => {
  it("begins when the sweep was due, once the grace is over", () => {
    expect(missedWindow(0, 0, HOUR, HOUR + HOUR / 10)).toBeUndefined();
    expect(missedWindow(0, 0, HOUR, HOUR + HOUR / 10 + 1)).toEqual({ from: HOUR, to: HOUR + HOUR / 10 + 1 });
  });

  it("counts from the start of monitoring if nothing was ever swept", () => {
    expect(missedWindow(undefined, 10 * HOUR, HOUR, 10 * HOUR + 1)).toBeUndefined();
    expect(missedWindow(undefined, 10 * HOUR, HOUR, 12 * HOUR)).toEqual({ from: 11 * HOUR, to: 12 * HOUR });
  });

  it("gives short cadences two seconds", () => {
    expect(missedWindow(0, 0, 1_000, 3_000)).toBeUndefined();
    expect(missedWindow(0, 0, 1_000, 3_001)).toEqual({ from: 1_000, to: 3_001 });
  });
});
