import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantsOf, wallTimeAt } from "../model/index.ts";
import { parsePeriod, parseTime, protectTimes } from "./time-argument.ts";

const BERLIN = "Europe/Berlin";
const now = Date.parse("2026-03-14T09:00:00Z");
const at = (text: string, timeZone = BERLIN, moment = now): string =>
  new Date(parseTime(text, "TIME", { now: moment, timeZone })).toISOString();

describe("parseTime", () => {
  it.each([
    ["now", "2026-03-14T09:00:00.000Z"],
    ["-1h", "2026-03-14T08:00:00.000Z"],
    ["now-1h30m", "2026-03-14T07:30:00.000Z"],
    ["-2d", "2026-03-12T09:00:00.000Z"],
    ["2026-03-14T09:30:00+01:00", "2026-03-14T08:30:00.000Z"],
    ["2026-03-14 08:30Z", "2026-03-14T08:30:00.000Z"],
  ])("reads %s wherever the reader is", (text, instant) => {
    expect([at(text), at(text, "UTC"), at(text, "America/St_Johns")]).toEqual([instant, instant, instant]);
  });

  it.each([
    ["03:00", "2026-03-14T02:00:00.000Z"],
    ["today 03:00", "2026-03-14T02:00:00.000Z"],
    ["today", "2026-03-13T23:00:00.000Z"],
    ["yesterday", "2026-03-12T23:00:00.000Z"],
    ["yesterday 03:00:30", "2026-03-13T02:00:30.000Z"],
    ["2026-03-13T03:00", "2026-03-13T02:00:00.000Z"],
    ["2026-03-13 03:00:30.25", "2026-03-13T02:00:30.250Z"],
    ["2026-03-14", "2026-03-13T23:00:00.000Z"],
    ["2025-07-01", "2025-06-30T22:00:00.000Z"],
  ])("reads %s in the reader's zone", (text, instant) => {
    expect(at(text)).toBe(instant);
    expect(at(text, "UTC")).not.toBe(instant);
  });

  it("finds the day in the reader's zone, on either side of the date line", () => {
    const midnight = Date.parse("2026-03-14T00:30:00Z");
    expect(at("yesterday 23:00", "America/New_York", midnight)).toBe("2026-03-13T03:00:00.000Z");
    expect(at("yesterday 23:00", "Pacific/Auckland", midnight)).toBe("2026-03-13T10:00:00.000Z");
  });

  it.each([
    ["2026-02-30", "is not a valid time", "now"],
    ["2026-13-01T10:00", "is not a valid time", "now"],
    ["24:00", "is not a valid time", "03:00"],
    ["03:60", "is not a valid time", "03:00"],
    ["tomorrow", "is not a valid time", "yesterday 03:00"],
    ["-0h", "is not a valid time", "now"],
    ["", "is not a valid time", "now"],
    ["2026-03-14T09:00:01Z", "is in the future", "passed"],
    ["10:01", "2026-03-14T09:01:00.000Z is in the future", "yesterday 03:00"],
  ])("refuses '%s' and names the next step", (text, cause, next) => {
    expect(() => parseTime(text, "--from", { now, timeZone: BERLIN })).toThrow(
      expect.objectContaining({
        code: "config-invalid",
        place: "--from",
        message: expect.stringContaining(cause) as string,
        next: expect.stringContaining(next) as string,
      }),
    );
  });
});

describe("a change to or from summer time", () => {
  const later = Date.parse("2026-12-01T00:00:00Z");
  const problem = (text: string, timeZone = BERLIN): unknown => {
    try {
      return at(text, timeZone, later);
    } catch (fault) {
      const { message, next } = fault as { message: string; next: string };
      return `${message} ${next}`;
    }
  };

  it("refuses a time that clocks skip, and says what they show instead", () => {
    expect(at("2026-03-29T01:59", BERLIN, later)).toBe("2026-03-29T00:59:00.000Z");
    expect(at("2026-03-29T03:00", BERLIN, later)).toBe("2026-03-29T01:00:00.000Z");
    expect(problem("2026-03-29T02:30")).toBe(
      "TIME: clocks in Europe/Berlin skip '2026-03-29T02:30': they are set forward to 03:00. " +
        "Give 03:00 of that day (2026-03-29T01:00:00.000Z), or a time with an offset.",
    );
  });

  it("refuses a time that clocks show twice, and names both instants", () => {
    expect(problem("2026-10-25T02:30")).toBe(
      "TIME: clocks in Europe/Berlin show '2026-10-25T02:30' twice: they are set back over it. " +
        "Give 2026-10-25T02:30:00+02:00 (2026-10-25T00:30:00.000Z) or 2026-10-25T02:30:00+01:00 (2026-10-25T01:30:00.000Z).",
    );
    expect(at("2026-10-25T02:30+01:00", BERLIN, later)).toBe("2026-10-25T01:30:00.000Z");
    expect(at("2026-10-25T03:00", BERLIN, later)).toBe("2026-10-25T02:00:00.000Z");
  });

  it("accepts what it says to give instead of a time that clocks skip", () => {
    const [, shown, instant] = /Give (\S+) of that day \((\S+)\), or/.exec(String(problem("2026-03-29T02:30")))!;
    expect(at(`2026-03-29T${shown}`, BERLIN, later)).toBe(instant);
    expect(at("2026-03-29T02:30+01:00", BERLIN, later)).toBe("2026-03-29T01:30:00.000Z");
  });

  it("accepts both that it says to give instead of a time that clocks show twice", () => {
    const given = [...String(problem("2026-10-25T02:30")).matchAll(/(2026\S+) \((\S+)\)/g)];
    expect(given).toHaveLength(2);
    for (const [, local = "", instant] of given) expect(at(local, BERLIN, later)).toBe(instant);
  });

  it("begins a day at its first instant, even if its midnight is skipped or comes twice", () => {
    expect(problem("2026-09-06", "America/Santiago")).toBe("2026-09-06T04:00:00.000Z");
    expect(problem("2026-11-01", "America/Havana")).toBe("2026-11-01T04:00:00.000Z");
  });

  it("gives back every instant among those of its own wall time", () => {
    const zones = fc.constantFrom(
      BERLIN,
      "UTC",
      "America/Santiago",
      "Australia/Lord_Howe",
      "Asia/Kathmandu",
      "Pacific/Apia",
    );
    const instants = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) });
    fc.assert(
      fc.property(zones, instants, (zone, instant) => {
        const found = instantsOf(wallTimeAt(instant, zone), zone);
        expect(found).toContain(instant);
        expect(found.length).toBeLessThanOrEqual(2);
      }),
    );
  });
});

it("a period begins before it ends", () => {
  const reading = { now, timeZone: BERLIN };
  expect(parsePeriod({ text: "-2h", name: "T1" }, { text: "-1h", name: "T2" }, reading)).toEqual({
    from: now - 7_200_000,
    to: now - 3_600_000,
  });
  expect(() => parsePeriod({ text: "now", name: "T1" }, { text: "now", name: "T2" }, reading)).toThrow(/is not before/);
});

it("protects relative times from being read as options, but neither ports nor arguments after --", () => {
  const argv = ["diff", "-1h", "-15m", "-p", "-100", "-h", "--", "-1h", "yesterday", "03:00"];
  expect(protectTimes(argv)).toEqual([
    ...["diff", "now-1h", "now-15m", "-p", "-100", "-h", "--", "-1h", "yesterday", "03:00"],
  ]);
});

it("joins a day and the time of day that follows it", () => {
  const argv = ["diff", "yesterday", "03:00", "today", "04:30", "--from", "2026-03-14", "03:00", "yesterday", "now"];
  expect(protectTimes(argv)).toEqual([
    ...["diff", "yesterday 03:00", "today 04:30", "--from", "2026-03-14 03:00", "yesterday", "now"],
  ]);
});
