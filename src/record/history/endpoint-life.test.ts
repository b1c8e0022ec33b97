import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lifeOf, timeIn, type Sighting } from "./endpoint-life.ts";

const PERIOD = { from: 100, to: 200 };

describe("the life of an endpoint", () => {
  it("begins with the state that was last seen before the period", () => {
    const sightings: Sighting[] = [
      { at: 10, state: "closed", sweepId: 1 },
      { at: 50, state: "open", sweepId: 2 },
      { at: 150, state: "closed", sweepId: 3 },
      { at: 300, state: "open", sweepId: 4 },
    ];
    expect(lifeOf(PERIOD, sightings, [])).toEqual([
      { from: 100, to: 150, state: "open", sweepId: 2 },
      { from: 150, to: 200, state: "closed", sweepId: 3 },
    ]);
  });

  it("is unknown in a gap, even between two sightings of the same state", () => {
    const life = lifeOf(PERIOD, [{ at: 50, state: "open" }], [{ from: 120, to: 130 }]);
    expect(life).toEqual([
      { from: 100, to: 120, state: "open" },
      { from: 120, to: 130, state: "unknown" },
      { from: 130, to: 200, state: "open" },
    ]);
    expect([timeIn("open", life), timeIn("unknown", life)]).toEqual([90, 10]);
  });

  it("is unknown before anybody saw it", () => {
    expect(lifeOf(PERIOD, [], [])).toEqual([{ from: 100, to: 200, state: "unknown" }]);
  });

  it("has no holes and no overlaps", () => {
    const instant = fc.integer({ min: 50, max: 250 });
    const sighting = fc.record({ at: instant, state: fc.constantFrom("open" as const, "closed" as const) });
    fc.assert(
      fc.property(fc.array(sighting), fc.array(instant, { maxLength: 8 }), (seen, ends) => {
        const sorted = [...new Set(ends)].sort((a, b) => a - b);
        const gaps = sorted.flatMap((from, index) => {
          const to = sorted[index + 1];
          return index % 2 === 0 && to !== undefined ? [{ from, to }] : [];
        });
        const life = lifeOf(
          PERIOD,
          seen.toSorted((a, b) => a.at - b.at),
          gaps,
        );
        expect(life[0]?.from).toBe(PERIOD.from);
        expect(life.at(-1)?.to).toBe(PERIOD.to);
        for (const [index, { to }] of life.entries()) expect(life[index + 1]?.from ?? PERIOD.to).toBe(to);
      }),
    );
  });
});
