import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOSTILE } from "../../../test/hostile.ts";
import { isPrintable } from "../../platform/documents/index.ts";
import { cut, unseen, visible } from "./visible.ts";

const pieces = fc.constantFrom("\\", "u{", "41}", "\u001b", "\u202e", "\ud800", "\u200b", "a", "}", "\u{e0041}");
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(pieces).map((parts) => parts.join("")),
);

describe("visible", () => {
  it.each(Object.entries(HOSTILE))("shows %s in one line without invisible characters", (_name, hostile) => {
    const shown = visible(hostile);
    expect(isPrintable(shown)).toBe(true);
    expect(shown.isWellFormed()).toBe(true);
    expect(unseen(shown)).toBe(hostile);
  });

  it("leaves visible characters unchanged", () => {
    for (const plain of ["tcp/23 of db-1 is open", "C:\\temp\\x", "žluťoučký 漢字 ⚠\ufe0f", "\\u0041", "{u}"]) {
      expect(visible(plain)).toBe(plain);
    }
  });

  it("loses nothing, whatever the text", () => {
    fc.assert(
      fc.property(text, (given) => {
        const shown = visible(given);
        expect(isPrintable(shown)).toBe(true);
        expect(unseen(shown)).toBe(given);
      }),
    );
  });

  it("takes time in proportion to the text", () => {
    const backslashes = "\\".repeat(200_000);
    expect(visible(backslashes) === backslashes).toBe(true);
    const before = `${backslashes}\u001b`;
    expect(unseen(visible(before)) === before).toBe(true);
  });
});

describe("cut", () => {
  it("keeps what fits, and never half a character", () => {
    expect(cut("abc", 3)).toBe("abc");
    expect(cut("abcd", 3)).toBe("ab…");
    expect(cut("a🙂cd", 3)).toBe("a…");
  });
});
