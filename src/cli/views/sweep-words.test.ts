import { expect, it } from "vitest";
import { recallText } from "./sweep-words.ts";

it("gives a recall only where there were enough known ports to measure it, and the counts always", () => {
  expect(recallText({ canaries: 1, found: 1, low: 0.025, high: 1 })).toBe(
    "recall: too few known ports to measure it; the first probe saw 1 of 1",
  );
  expect(recallText({ canaries: 35, found: 34, low: 0.851, high: 0.9993 })).toContain("saw 34 of 35");
  expect(recallText({ canaries: 36, found: 36, low: 0.902_6, high: 1 })).toBe(
    "recall 100.0 %: the first probe saw 36 of 36 known to be open (95 % confidence: 90.2 to 100.0 %)",
  );
  expect(recallText(undefined)).toContain("not measured");
});
