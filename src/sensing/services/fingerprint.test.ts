import { describe, expect, it } from "vitest";
import { createFingerprints } from "./fingerprint.ts";
import { fingerprintEntries, shippedFingerprints } from "./io/fingerprint-files.ts";

describe("fingerprints", () => {
  const entries = fingerprintEntries();

  it("has examples for each, and each matches its own as declared, before all others", () => {
    const fingerprints = shippedFingerprints();
    const wrong: unknown[] = [];
    for (const entry of entries) {
      if (Object.keys(entry.examples).length === 0) wrong.push([entry.pattern, "no example"]);
      for (const [text, version] of Object.entries(entry.examples)) {
        const read = fingerprints.describe({ service: "x", confidence: "high", fields: { [entry.field]: text } });
        if (read.product !== entry.product || (read.version ?? "") !== version) wrong.push([text, read]);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("does not take a pattern that cannot be matched in linear time", () => {
    const entry = { field: "http.server", product: "x", examples: {} } as const;
    expect(() => createFingerprints([{ ...entry, pattern: "(a)\\1" }])).toThrow();
    expect(() => createFingerprints([{ ...entry, pattern: "(?=a)b" }])).toThrow();
  });

  it("matches a pattern that would run away elsewhere on the longest text", () => {
    const entry = { field: "http.body", pattern: "^(a+)+$", product: "x", examples: {} } as const;
    const fields = { "http.body": `${"a".repeat(1_000_000)}b` };
    const read = createFingerprints([entry]).describe({ service: "http", confidence: "high", fields });
    // Cut to its bound, which is all a's: so it matches, and ends.
    expect(read.product).toBe("x");
  });
});
