import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Fault } from "../../model/index.ts";
import { parseDocument, problemsAt } from "./parse-document.ts";

const schema = z.strictObject({
  version: z.literal(1),
  mode: z.enum(["report", "allow"]).default("allow"),
  types: z
    .record(z.string(), z.strictObject({ cadence: z.string(), ports: z.union([z.string(), z.int()]).optional() }))
    .optional(),
  items: z.array(z.string().max(10)).min(1).optional(),
});

function fault(
  text: string,
  parse: (text: string) => unknown = (yaml) => parseDocument(yaml, "a.yaml", schema),
): Fault {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

describe("a document that is right", () => {
  test("is returned as the schema reads it", () => {
    expect(parseDocument("version: 1\nitems: [a, b]\n", "a.yaml", schema)).toEqual({
      version: 1,
      mode: "allow",
      items: ["a", "b"],
    });
  });

  test("may use anchors and aliases, comments, CRLF and a byte order mark", () => {
    const text = "\uFEFFversion: 1 # one\r\ntypes:\r\n  a: &a { cadence: 1h }\r\n  b: *a\r\n";
    expect(parseDocument(text, "a.yaml", schema).types).toEqual({ a: { cadence: "1h" }, b: { cadence: "1h" } });
  });

  test("keeps a key named like something every object has", () => {
    const { types } = parseDocument(
      "version: 1\ntypes: { constructor: { cadence: 1h }, toString: { cadence: 2h } }",
      "a.yaml",
      schema,
    );
    expect(Object.entries(types ?? {})).toEqual([
      ["constructor", { cadence: "1h" }],
      ["toString", { cadence: "2h" }],
    ]);
  });
});

describe("every problem has file, line, column, path and remedy", () => {
  test.each([
    ["version: 2", `a.yaml:1:10: version: the number 2 is not a value it can have; use 1`],
    ["mode: allow", `a.yaml:1:1: version: the key "version" is missing; add it, one of: 1`],
    ["version: 1\nmode: alow", `a.yaml:2:7: mode: "alow" is not a value it can have; did you mean "allow"?`],
    ["version: 1\nmod: allow", `a.yaml:2:1: mod: unknown key "mod"; did you mean "mode"?`],
    [
      "version: 1\ncolour: red",
      `a.yaml:2:1: colour: unknown key "colour"; remove it; known keys: version, mode, types, items`,
    ],
    [
      "version: 1\ntypes:\n  web:\n    cadnce: 1h",
      `a.yaml:4:5: types.web.cadnce: unknown key "cadnce"; did you mean "cadence"?`,
    ],
    ["version: 1\nitems:\n  - 5", `a.yaml:3:5: items[0]: expected text, found the number 5; put it in quotes`],
    [
      "version: 1\nitems:\n  - fe80::",
      `a.yaml:3:5: items[0]: expected text, found a block of keys; write text; put it in quotes if it holds a colon, as IPv6 addresses do`,
    ],
    ["version: 1\nitems: abc", `a.yaml:2:8: items: expected a list, found the text "abc"; write a list: [abc]`],
    ["version: 1\nitems: []", `a.yaml:2:8: items: the list is empty; write at least one item`],
    ["version: 1\nitems: [abcdefghijk]", `a.yaml:2:9: items[0]: longer than 10 characters; use at most 10 characters`],
    ["version: 1\nitems:\n", `a.yaml:2:7: items: nothing is written here; write a list, or remove the key`],
    [
      "version: 1\ntypes: { a: { cadence: 1h, ports: [1] } }",
      `a.yaml:2:35: types.a.ports: expected text or a number, found a list; write text or a number`,
    ],
    ["version: 1\nversion: 1", `a.yaml:2:1: version: the key "version" is here twice; remove one of the two`],
    ["version: 1\nitems:\n\t- a", `a.yaml:3:1: a tab is used as indentation; indent with spaces`],
    ["", `a.yaml:1:1: nothing is written here; the file is empty; write the document`],
    [
      "version: 1\n---\nversion: 1",
      `a.yaml:2:1: a second YAML document begins here; remove the line --- and what follows it`,
    ],
    [
      "version: !!js/function x",
      `a.yaml:1:10: a YAML tag (!) has no meaning here; remove it, or put the text in quotes`,
    ],
    [
      "version: *x",
      `a.yaml:1:10: version: no anchor &x before this alias; put the text in quotes if it begins with a *`,
    ],
    ["version: 1\n? [a]\n: b", `a.yaml:2:3: a key that is not plain text; write one word before the colon`],
  ])("%j", (text, expected) => {
    expect(fault(text).message).toBe(expected);
  });

  test("all of them are in one fault, in the order of the file", () => {
    const found = fault("mode: x\nversion: 2\nnope: 1\n");
    expect(found.code).toBe("config-invalid");
    expect(found.message.split("\n").map((line) => line.slice(0, 11))).toEqual([
      "a.yaml:1:7:",
      "a.yaml:2:10",
      "a.yaml:3:1:",
    ]);
    expect(found.place).toBe("a.yaml:1:7");
    expect(found.next).toBe("Correct a.yaml and run the command again.");
  });

  test("what the schema itself says is used as it is", () => {
    const even = z.strictObject({
      n: z.int().check((ctx) => {
        ctx.issues.push({ code: "custom", message: "odd", params: { fix: "add one" }, input: ctx.value });
      }),
    });
    expect(fault("n: 3", (text) => parseDocument(text, "b.yaml", even)).message).toBe("b.yaml:1:4: n: odd; add one");
  });

  test("problems found later are placed too: at a value, at a key, through an alias, at what encloses something absent", () => {
    const text = "a: &list\n  - x\n  - y\nb: *list\nc:\n  d: 1\n";
    const at = (path: (string | number)[], atKey = false): string | undefined =>
      problemsAt(text, "c.yaml", [{ path, atKey, problem: "p", fix: "f" }]).place;
    expect(at(["a", 1])).toBe("c.yaml:3:5");
    expect(at(["b", 1])).toBe("c.yaml:3:5");
    expect(at(["c", "d"])).toBe("c.yaml:6:6");
    expect(at(["c", "d"], true)).toBe("c.yaml:6:3");
    expect(at(["c", "missing", "deeper"])).toBe("c.yaml:6:3");
  });
});

describe("a hostile document", () => {
  test("cannot stand for billions of values", () => {
    const levels = Array.from(
      { length: 30 },
      (_, level) => `l${level + 1}: &l${level + 1} [*l${level}, *l${level}, *l${level}]`,
    );
    expect(fault(`l0: &l0 [x]\n${levels.join("\n")}`).message).toMatch(
      /^a\.yaml:\d+:\d+: .*more than 200000 values once aliases are expanded; write the values out/,
    );
  });

  test("cannot contain itself", () => {
    expect(fault("a: &a [*a]").message).toContain("the values are nested too deeply; keep to 32 levels");
  });

  test.each(["[", "{a: ", "- ", "? "])("cannot nest without end: %j", (opening) => {
    expect(fault(opening.repeat(20_000)).code).toBe("config-invalid");
  });

  test("cannot reach a prototype", () => {
    expect(fault("version: 1\n__proto__: { polluted: 1 }").message).toBe(
      'a.yaml:2:1: the key "__proto__" is not allowed; remove it',
    );
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test("is bounded, and so are its problems", { tags: ["long"] }, () => {
    expect(fault("x".repeat(2 * 1024 * 1024)).message).toBe(
      "a.yaml:1:1: the file is larger than 1 MiB; keep long address lists in files of their own (file:PATH)",
    );
    expect(fault(`version: 1\nmode: ${"y".repeat(1_000_000)}`).message.length).toBeLessThan(300);
    expect(fault(`version: 1\n${"k".repeat(900_000)}: 1`).message.length).toBeLessThan(400);
    const many = Array.from({ length: 30_000 }, (_, key) => `k${key}: 1`).join("\n");
    expect(fault(`version: 1\n${many}`).message.split("\n")).toHaveLength(101);
  });

  test("never shows a control character: neither written as it is nor escaped in a quoted text", () => {
    expect(fault("version: 1\nmode: \u001b[31m").message).toBe("a.yaml:2:7: control character U+001B; remove it");
    const escaped = fault('version: 1\nmode: "\\e[31mred\\u202e"\n"\\e]0;title": 1').message;
    expect(escaped).toContain(String.raw`"\u{1b}[31mred\u{202e}" is not a value it can have`);
    expect(escaped).toContain(String.raw`unknown key "\u{1b}]0;title"`);
    expect(escaped.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });
});
