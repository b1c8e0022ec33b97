import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPacer } from "./pace.ts";

function mostInAnySecond(times: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while ((times[last] ?? 0) - (times[first] ?? 0) >= 1_000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const noneExempt = () => false;

describe("pacer", () => {
  it("never lets more than 1.05 times the rate through in any second, however it is called", () => {
    const steps = fc.array(
      fc.oneof(fc.double({ min: 0, max: 5, noNaN: true }), fc.double({ min: 0, max: 3_000, noNaN: true })),
      {
        minLength: 50,
        maxLength: 400,
      },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), steps, (rate, waits) => {
        let now = 0;
        const pacer = createPacer({ rate, perHostRate: 2 * rate, now: 0, exempt: noneExempt });
        const taken: number[] = [];
        for (const wait of waits) {
          now += wait;
          while (pacer.take("192.0.2.1", now) === 0) taken.push(now);
        }
        expect(mostInAnySecond(taken)).toBeLessThanOrEqual(Math.max(rate, Math.floor(rate * 1.02)));
      }),
    );
  });

  it("never shows one address more than its cap in any second, packets up to 20 ms late included", () => {
    const late = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 50, maxLength: 400 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.boolean(), late, (cap, alone, delays) => {
        let now = 0;
        const pacer = createPacer({ rate: alone ? cap : 4 * cap, perHostRate: cap, now: 0, exempt: noneExempt });
        const seen: number[] = [];
        for (let turn = 0; seen.length < Math.min(2 * cap, 3_000); turn++) {
          const wait = pacer.take("192.0.2.1", now);
          if (wait === 0) seen.push(now + (delays[turn % delays.length] ?? 0));
          else now += wait;
        }
        expect(mostInAnySecond(seen.toSorted((a, b) => a - b))).toBeLessThanOrEqual(cap);
      }),
      { numRuns: 50 },
    );
  });

  it("reaches its rate if it is called again after the returned delay", () => {
    for (const rate of [1, 7, 100, 1_000, 20_000]) {
      let now = 0;
      const pacer = createPacer({ rate, perHostRate: 2 * rate, now: 0, exempt: noneExempt });
      let taken = 0;
      while (now < 10_000) {
        const wait = pacer.take("192.0.2.1", now);
        if (wait === 0) taken++;
        else now += wait;
      }
      expect(taken).toBeGreaterThanOrEqual(rate * 10 - 1);
    }
  });

  it("keeps each address under its own rate and lets the others proceed", () => {
    let now = 0;
    const pacer = createPacer({ rate: 1_000, perHostRate: 10, now: 0, exempt: noneExempt });
    const taken: Record<string, number[]> = { "192.0.2.1": [], "192.0.2.2": [] };
    for (; now < 5_000; now++) {
      for (const address of Object.keys(taken)) if (pacer.take(address, now) === 0) taken[address]?.push(now);
    }
    for (const times of Object.values(taken)) {
      expect(mostInAnySecond(times)).toBeLessThanOrEqual(10);
      expect(times.length).toBeGreaterThanOrEqual(47);
    }
  });

  it("counts nothing when it says wait", () => {
    const pacer = createPacer({ rate: 1, perHostRate: 2, now: 0, exempt: noneExempt });
    expect(pacer.take("192.0.2.1", 0)).toBe(0);
    for (let asked = 0; asked < 100; asked++) expect(pacer.take("192.0.2.1", 500)).toBe(500);
    expect(pacer.take("192.0.2.1", 1_000)).toBe(0);
  });

  it("does not hold back what is exempt, nor count it", () => {
    const pacer = createPacer({ rate: 1, perHostRate: 1, now: 0, exempt: (address) => address === "127.0.0.1" });
    for (let asked = 0; asked < 100; asked++) expect(pacer.take("127.0.0.1", 0)).toBe(0);
    expect(pacer.take("192.0.2.1", 0)).toBe(0);
  });

  it("forgets idle hosts without forgetting a busy one", () => {
    let now = 0;
    const pacer = createPacer({ rate: 1_000_000, perHostRate: 1, now: 0, exempt: noneExempt });
    let heldBack = 0;
    for (let host = 0; host < 70_000; host++) {
      now += 0.1;
      heldBack += pacer.take(`host-${host}`, now);
    }
    expect(heldBack).toBe(0);
    expect(pacer.take("host-69999", now)).toBeGreaterThan(0);
    expect(pacer.take("host-65000", now)).toBeGreaterThan(0);
  });

  it("refuses a rate that would never send", () => {
    for (const rate of [0, -1, Number.NaN]) {
      expect(() => createPacer({ rate, perHostRate: 1, now: 0, exempt: noneExempt })).toThrow(RangeError);
    }
  });
});
