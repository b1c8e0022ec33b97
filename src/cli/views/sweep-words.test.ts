import { expect, it } from "vitest";
import { countsText } from "./sweep-words.ts";

it("counts hosts that answered nothing as hosts, apart from the ports of those that did", () => {
  const counts = { open: 12, closed: 65_000, "no-response": 600_040, unreachable: 1_000, filtered: 3 };
  expect(countsText(counts, { silent: 250, silentEndpoints: 600_900 })).toBe(
    "12 open, 65,000 closed, 3 filtered, 140 unreachable (nothing is known); " +
      "250 hosts answered nothing, so nothing is known of their 600,900 endpoints",
  );
  expect(countsText({ "no-response": 7 }, { silent: 1, silentEndpoints: 7 })).toBe(
    "1 host answered nothing, so nothing is known of its 7 endpoints",
  );
  expect(countsText({ open: 1, "no-response": 7 }, { silent: 0, silentEndpoints: 0 })).toBe(
    "1 open, 7 without an answer (nothing is known)",
  );
});
