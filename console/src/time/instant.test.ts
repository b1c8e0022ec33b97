import { describe, expect, it } from "vitest";
import { readInstant, utc } from "./instant.ts";

const now = Date.parse("2026-03-14T09:00:00Z");

describe("readInstant", () => {
  it.each([
    ["now", "2026-03-14T09:00:00Z"],
    ["", "2026-03-14T09:00:00Z"],
    ["-1h", "2026-03-14T08:00:00Z"],
    ["-2d12h", "2026-03-11T21:00:00Z"],
    ["2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"],
    ["2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00Z"],
  ])("reads %j", (text, expected) => {
    expect(utc(readInstant(text, now) ?? 0)).toBe(expected);
  });

  it("reads a date and a time without a zone as local", () => {
    expect(readInstant("2026-03-01 10:00", now)).toBe(new Date(2026, 2, 1, 10).getTime());
    expect(readInstant("2026-03-01", now)).toBe(new Date(2026, 2, 1).getTime());
  });

  it.each(["yesterday-ish", "-1x", "2026-13-01", "2026-03-01T25:00", "1", "-"])("refuses %j", (text) => {
    expect(readInstant(text, now)).toBeUndefined();
  });
});
