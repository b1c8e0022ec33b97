import { describe, expect, it } from "vitest";
import { parsePeriod, parseTime, parseWhole, protectRelativeTimes } from "./arguments.ts";

const now = Date.parse("2026-03-14T09:00:00Z");

describe("parseTime", () => {
  it.each([
    ["now", "2026-03-14T09:00:00.000Z"],
    ["-1h", "2026-03-14T08:00:00.000Z"],
    ["now-1h30m", "2026-03-14T07:30:00.000Z"],
    ["-2d", "2026-03-12T09:00:00.000Z"],
    ["2026-03-14", "2026-03-14T00:00:00.000Z"],
    ["2026-03-14T09:30:00+01:00", "2026-03-14T08:30:00.000Z"],
  ])("reads %s", (text, instant) => {
    expect(new Date(parseTime(text, "TIME", now)).toISOString()).toBe(instant);
  });

  it.each([
    ["2026-03-14T08:00:00", "has no time zone", "2026-03-14T08:00:00Z"],
    ["2026-02-30", "is not a valid time", "now"],
    ["yesterday", "is not a valid time", "now"],
    ["-0h", "is not a valid time", "now"],
    ["", "is not a valid time", "now"],
    ["2026-03-14T09:00:01Z", "is in the future", "passed"],
  ])("refuses '%s' and names the next step", (text, cause, next) => {
    expect(() => parseTime(text, "--from", now)).toThrow(
      expect.objectContaining({
        code: "config-invalid",
        place: "--from",
        message: expect.stringContaining(cause) as string,
        next: expect.stringContaining(next) as string,
      }),
    );
  });
});

it("a period begins before it ends", () => {
  expect(parsePeriod({ text: "-2h", name: "T1" }, { text: "-1h", name: "T2" }, now)).toEqual({
    from: now - 7_200_000,
    to: now - 3_600_000,
  });
  expect(() => parsePeriod({ text: "now", name: "T1" }, { text: "now", name: "T2" }, now)).toThrow(/is not before/);
});

it("protects relative times from being read as options, but neither ports nor arguments after --", () => {
  expect(protectRelativeTimes(["diff", "-1h", "-15m", "-p", "-100", "-h", "--", "-1h"])).toEqual([
    "diff",
    "now-1h",
    "now-15m",
    "-p",
    "-100",
    "-h",
    "--",
    "-1h",
  ]);
});

it.each(["0", "65536", "1.5", "-1", "", "1e3", "99999999999999"])("refuses '%s' as a port", (text) => {
  expect(() => parseWhole(text, "--port", 1, 65_535)).toThrow(/not a whole number from 1 to 65535/);
});
