import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { daysIn } from "./days.ts";

const HOUR = 3_600_000;
const lengths = (from: string, to: string, zone: string) =>
  daysIn({ from: Date.parse(from), to: Date.parse(to) }, zone).map(
    (day) => `${day.date} ${(day.to - day.from) / HOUR} h`,
  );

describe("the days of a period", () => {
  it("are those of the zone, the first and the last cut to the period", () => {
    expect(lengths("2026-03-14T06:00:00Z", "2026-03-16T01:00:00Z", "UTC")).toEqual([
      "2026-03-14 18 h",
      "2026-03-15 24 h",
      "2026-03-16 1 h",
    ]);
    expect(lengths("2026-03-13T15:00:00Z", "2026-03-14T15:00:00Z", "Asia/Tokyo")).toEqual(["2026-03-14 24 h"]);
  });

  it("have 23 and 25 hours where clocks change, and half hours where the zone has them", () => {
    expect(lengths("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "Europe/Berlin")).toEqual(["2026-03-29 23 h"]);
    expect(lengths("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "Europe/Berlin")).toEqual(["2026-10-25 25 h"]);
    expect(lengths("2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z", "Australia/Lord_Howe")).toEqual([
      "2026-10-04 23.5 h",
    ]);
  });

  it("leave out a day that a zone left out, and begin after midnight where clocks skip it", () => {
    expect(lengths("2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z", "Pacific/Apia")).toEqual([
      "2011-12-29 24 h",
      "2011-12-31 24 h",
    ]);
    expect(lengths("2018-11-03T03:00:00Z", "2018-11-05T02:00:00Z", "America/Sao_Paulo")).toEqual([
      "2018-11-03 24 h",
      "2018-11-04 23 h",
    ]);
  });

  it("follow one another without hole or overlap", () => {
    const zone = fc.constantFrom(
      "UTC",
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Africa/Casablanca",
    );
    const start = Date.UTC(2024, 0, 1);
    fc.assert(
      fc.property(zone, fc.nat(700 * 24), fc.integer({ min: 1, max: 400 }), (timeZone, hours, length) => {
        const period = { from: start + hours * HOUR + 1, to: start + (hours + length) * HOUR };
        const days = daysIn(period, timeZone);
        expect(days[0]?.from).toBe(period.from);
        for (const [index, day] of days.entries()) expect(days[index + 1]?.from ?? period.to).toBe(day.to);
      }),
      { numRuns: 60 },
    );
  });
});
