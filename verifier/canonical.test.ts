import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_DEPTH, canonicalText, isCanonical } from "./canonical.ts";

describe("canonical text", () => {
  it("is what the canonicalize package writes, for any JSON", { tags: ["long"] }, () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary", maxDepth: 5 }), (value) => {
        // The contents of a body went through JSON text once.
        const read: unknown = JSON.parse(JSON.stringify(value));
        expect(canonicalText(read)).toBe(canonicalize(read));
      }),
      { numRuns: 500 },
    );
  });

  it("sorts names by UTF-16 code units and writes numbers as RFC 8785, section 3.2.3, shows", () => {
    const names: unknown = JSON.parse(
      '{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}',
    );
    expect(canonicalText(names)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
    expect(canonicalText(JSON.parse("[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001,-0]"))).toBe(
      "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]",
    );
  });

  it("is recognized without writing it again, exactly where it would be written so", { tags: ["long"] }, () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary", maxDepth: 5 }), fc.boolean(), (value, sorted) => {
        const text = sorted ? (canonicalText(JSON.parse(JSON.stringify(value))) ?? "") : JSON.stringify(value);
        if (text === "") return;
        const read: unknown = JSON.parse(text);
        expect(isCanonical(text, read)).toBe(canonicalText(read) === text);
      }),
      { numRuns: 500 },
    );
    for (const text of [
      '{"10":1,"9":2}',
      '{"9":1,"10":2}',
      '["\\ud800"]',
      "[-0]",
      "[1e400]",
      '{"b":1,"a":2}',
      '{"__proto__":1}',
    ]) {
      expect([text, isCanonical(text, JSON.parse(text))]).toEqual([text, canonicalText(JSON.parse(text)) === text]);
    }
  });

  it("keeps a member called __proto__ as data", () => {
    expect(canonicalText(JSON.parse('{"a":1,"__proto__":{"b":2}}'))).toBe('{"__proto__":{"b":2},"a":1}');
  });

  it("does not exist for half a surrogate pair, an overflowed number or endless nesting", () => {
    expect(canonicalText(JSON.parse('"\\ud800"'))).toBeUndefined();
    expect(canonicalText(JSON.parse('{"\\udc00":1}'))).toBeUndefined();
    expect(canonicalText(JSON.parse("1e400"))).toBeUndefined();
    expect(canonicalText(JSON.parse("[".repeat(MAX_DEPTH) + "]".repeat(MAX_DEPTH)))).toBe(
      "[".repeat(MAX_DEPTH) + "]".repeat(MAX_DEPTH),
    );
    expect(canonicalText(JSON.parse("[".repeat(MAX_DEPTH + 1) + "]".repeat(MAX_DEPTH + 1)))).toBeUndefined();
  });
});
