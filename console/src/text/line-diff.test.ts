import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedParts, lineDiff } from "./line-diff.ts";

const text = fc
  .array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 })
  .map((lines) => lines.map((each) => `${each}\n`).join(""));

describe("lineDiff", () => {
  it("gives back both texts, whatever they are", () => {
    fc.assert(
      fc.property(text, text, (earlier, later) => {
        const lines = lineDiff(earlier, later);
        const of = (leftOut: string): string =>
          lines.flatMap((line) => (line.kind === leftOut ? [] : [`${line.text}\n`])).join("");
        expect([of("added"), of("removed")]).toEqual([earlier, later]);
      }),
    );
  });

  it("numbers the lines of each text without a hole", () => {
    fc.assert(
      fc.property(text, text, (earlier, later) => {
        const lines = lineDiff(earlier, later);
        for (const numbers of [lines.flatMap(({ before = [] }) => before), lines.flatMap(({ after = [] }) => after)])
          expect(numbers).toEqual(numbers.map((_, at) => at + 1));
      }),
    );
  });

  it("changes as little as possible", () => {
    const kinds = (earlier: string, later: string): string =>
      lineDiff(earlier, later)
        .map(({ kind }) => kind[0])
        .join("");
    expect(kinds("a\nb\nc\n", "a\nx\nc\n")).toBe("sras");
    expect(kinds("a\nb\na\nb\n", "b\na\nb\na\n")).toBe("rsssa");
    expect(kinds("", "a\n")).toBe("a");
    expect(kinds("same\n", "same")).toBe("s");
  });

  it("compares two texts of ten thousand different lines as replaced", () => {
    const of = (letter: string): string =>
      `${Array.from({ length: 10_000 }, (_, at) => letter + String(at)).join("\n")}\n`;
    expect(lineDiff(of("a"), of("b"))).toHaveLength(20_000);
  });
});

it("shows the lines around a change, and where lines are left out", () => {
  const before = Array.from({ length: 30 }, (_, at) => String(at)).join("\n");
  const parts = changedParts(lineDiff(before, before.replace("\n15\n", "\nx\n")), 1);
  expect(parts.map((line) => line?.text)).toEqual([undefined, "14", "15", "x", "16"]);
});
