import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonText, plain, plainLines, widthOf } from "./text.ts";

describe("plain", () => {
  it.each([
    ["\u001b[2J\u001b]0;owned\u0007", "\\x1b[2J\\x1b]0;owned\\x07"],
    ["a\nb\rc\td", "a\\x0ab\\x0dc\\x09d"],
    ["\u009b31mred", "\\x9b31mred"],
    ["user\u202egnp.exe", "user\\u202egnp.exe"],
    ["zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"],
    ["lone \ud800 half", "lone \\ud800 half"],
    ["tag \u{e0041}", "tag \\u{e0041}"],
    ["Zürich 東京 🔒 é", "Zürich 東京 🔒 é"],
  ])("shows %j as %s", (text, shown) => {
    expect(plain(text)).toBe(shown);
  });

  it("leaves no character that a terminal would act on, for any input", { tags: ["long"] }, () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        // eslint-disable-next-line no-control-regex
        expect(plain(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it("cuts a long text, and shows that it did", () => {
    expect(plain("x".repeat(600))).toBe(`${"x".repeat(499)}…`);
    expect(plain("x".repeat(500))).toBe("x".repeat(500));
  });

  it("keeps line feeds only in texts of several lines", () => {
    expect(plainLines("one\ntwo\u001b[1m")).toBe("one\ntwo\\x1b[1m");
  });
});

describe("jsonText", () => {
  it("keeps the value, and contains nothing that moves a cursor", { tags: ["long"] }, () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: "binary" }), (json, text) => {
        const value = { json, text };
        const printed = jsonText(value);
        expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(value)));
        // eslint-disable-next-line no-control-regex
        expect(printed.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e]/);
      }),
    );
  });
});

describe("widthOf", () => {
  it.each([
    ["abc", 3],
    ["東京", 4],
    ["e\u0301", 1],
    ["🔒", 2],
  ])("of %s is %i", (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});
