import { expect, it } from "vitest";
import { readPeriod } from "./period.ts";

const NOW = Date.parse("2026-03-14T09:00:00Z");

it("reads a period in the words of the command line", () => {
  expect(readPeriod("-90d", "now", NOW)).toEqual({ from: NOW - 90 * 864e5, to: NOW });
  expect(readPeriod("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", NOW)).toEqual({
    from: Date.parse("2026-01-01T00:00:00Z"),
    to: Date.parse("2026-02-01T00:00:00Z"),
  });
});

it("says why a text is not a period", () => {
  expect(readPeriod("soon", "now", NOW).problem).toMatch(/"soon" is not an instant/);
  expect(readPeriod("-1d", "x", NOW).problem).toMatch(/"x" is not an instant/);
  expect(readPeriod("now", "-1d", NOW).problem).toMatch(/ends before it begins/);
  expect(readPeriod("now", "now", NOW).problem).toMatch(/ends before it begins/);
  expect(readPeriod("-1d", "2027-01-01T00:00:00Z", NOW).problem).toMatch(/future/);
});
