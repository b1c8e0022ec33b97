import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Fault } from "../../model/index.ts";
import { parseInParts, problemsAt, type LongDocument } from "./parse-document.ts";
import { partsOf } from "./parts.ts";
import { DOCUMENT_LIMITS } from "./yaml-source.ts";

const entry = z.strictObject({ port: z.number().max(65_535), owner: z.string().optional() });
const schema = z.strictObject({ version: z.literal(1), list: z.array(entry) }).transform(({ list }) => list);
const long: LongDocument = { limits: DOCUMENT_LIMITS, list: { key: "list", most: 5_000 } };
const whole: LongDocument = { ...long, list: { key: "none", most: 0 } };

const HEAD = "# What may be open\nversion: 1\nlist: # of ports\n\n";
const items = (count: number, of = (index: number): string => `  - port: ${index}\n`): string =>
  Array.from({ length: count }, (_, index) => of(index)).join("");

function read(text: string, how: LongDocument): unknown {
  const reading = parseInParts(text, "ports.yaml", schema, how);
  try {
    for (;;) {
      const step = reading.next();
      if (step.done === true) return step.value.flat();
    }
  } catch (error) {
    return (error as Fault).message;
  }
}

describe("a document with a long list", () => {
  it("is read in parts, none of which holds more than some hundred items", () => {
    const parts = partsOf(HEAD + items(1_700), long.list);
    expect(parts.map(({ before }) => before)).toEqual([0, 500, 1_000, 1_500]);
    for (const { text } of parts) expect(text.match(/- port/g)?.length).toBeLessThanOrEqual(500);
    expect(read(HEAD + items(1_700), long)).toHaveLength(1_700);
  });

  it("has the same values, and the same problems at the same places, as in one piece", () => {
    const item = fc.constantFrom(
      "  - port: 22\n",
      "  - { port: 80, owner: R & D }\n",
      "  # a comment\n\n  - port: 443\n    owner: |\n      team\n        - web\n\n      # not a comment\n",
      '  -\n    port: 8080\n    owner: "two\n      lines - of text"\n',
      "  - port: 70000\n",
      "  - prot: 22\n    port: 22\n",
      "  - port: 22\n    port: 23\n",
      "  - port: *here\n",
      "  - owner: &x one\n    port: 1\n",
      "  - port: [\n",
      "  - port: 1\r\n",
      "# at the margin\n  - port: 5\n",
    );
    const head = fc.constantFrom(
      HEAD,
      "version: 2\nlist:\n",
      "version: 1\nextra: 1\nlist:\n",
      "list:\n",
      "version: 1\nlist: ",
    );
    const tail = fc.constantFrom("", "version: 1\n", "...\n", "other: 2\n");
    const some = fc.tuple(head, fc.integer({ min: 490, max: 520 }), fc.array(item, { maxLength: 3 }), tail);
    fc.assert(
      fc.property(some, ([above, filled, odd, below]) => {
        const text = above + items(filled) + odd.join("") + items(3) + below;
        const [inParts, inOne] = [read(text, long), read(text, whole)];
        // Text that is not YAML misleads about what follows it: the parts after it are read for themselves.
        if (odd.includes("  - port: [\n")) expect(typeof inParts).toBe(typeof inOne);
        else expect(inParts).toEqual(inOne);
      }),
      { numRuns: 60 },
    );
  });

  it("is in one piece where a part could not stand alone", () => {
    for (const text of [
      `${HEAD}${items(600)}more: 1\n`,
      `${HEAD}${items(600, () => "  - &a { port: 1 }\n")}`,
      `version: 1\nlist: [${"{ port: 1 },".repeat(600)}]\n`,
      `${HEAD}${items(5_001)}`,
    ]) {
      expect(partsOf(text, long.list)).toHaveLength(1);
    }
  });

  it("gives the place of a problem in its meaning", () => {
    const text = HEAD + items(1_200);
    const problem = { path: ["list", 1_100, "port"], problem: "used twice", fix: "keep one" };
    for (const how of [long, whole]) {
      expect(problemsAt(text, "ports.yaml", [problem], { long: how }).message).toBe(
        "ports.yaml:1105:11: list[1100].port: used twice; keep one",
      );
    }
  });
});
