import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { proseOfMarkdown, proseOfSource, type Prose } from "./prose.ts";
import { WORDINGS } from "./wording.ts";

/** Folders still to be rewritten. The list only shrinks: remove a folder once it passes, add none. */
const REMAINING: readonly string[] = [
  // Notes of `at` that test/e2e/upgrade-answers.test.ts compares byte for byte.
  "src/operations/history.ts",
];

/** Figures, history that is not rewritten, and recorded text. */
const EXEMPT = /^docs\/(?:benchmarks\/|decisions\/00[01]\d-)|^test\/(?:golden|fixtures|house)\//;

const root = join(import.meta.dirname, "../..");

function filesIn(folder: string, ending: RegExp): string[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder), { recursive: folder !== ".", encoding: "utf8" });
  return names.map((name) => join(folder, name)).filter((path) => ending.test(path) && !EXEMPT.test(path));
}

const documents = [".", "docs", "changelog.d", "verifier"].flatMap((folder) => filesIn(folder, /\.md$/));
const sources = ["src", "bin", "verifier", "scripts", "test"].flatMap((folder) => filesIn(folder, /\.(?:ts|js)$/));

function isRemaining(path: string): boolean {
  return REMAINING.some((name) => path === name || path.startsWith(`${name}/`));
}

function proseOf(path: string): Prose[] {
  const text = readFileSync(join(root, path), "utf8");
  if (!path.endsWith(".md")) return proseOfSource(path, text);
  // The tables of the style page quote what not to write.
  return proseOfMarkdown(text).filter((prose) => path !== "docs/style.md" || !prose.text.startsWith("|"));
}

/** One line per hit: the place, the words, and what to write instead. */
function hitsIn(path: string): string[] {
  return proseOf(path).flatMap(({ line, text }) =>
    WORDINGS.flatMap(({ pattern, instead }) => {
      const match = pattern.exec(text);
      return match === null ? [] : [`${path}:${line}: "${match[0].trim()}"; write: ${instead}`];
    }),
  );
}

describe("language (docs/style.md)", () => {
  it("of the documents passes the word list", () => {
    expect(documents.filter((path) => !isRemaining(path)).flatMap(hitsIn)).toEqual([]);
  });

  it("of comments, messages and test titles passes the word list", { tags: ["long"], timeout: 240_000 }, () => {
    expect(sources.filter((path) => !isRemaining(path)).flatMap(hitsIn)).toEqual([]);
  });

  it("excuses only folders that still need it", () => {
    const passing = REMAINING.filter(
      (name) => ![...documents, ...sources].some((path) => path.startsWith(name) && hitsIn(path).length > 0),
    );
    expect(passing, "remove these from REMAINING").toEqual([]);
  });
});

describe("the word list", () => {
  it.each(WORDINGS)("finds “$name”", ({ pattern, bites }) => {
    expect(bites).not.toHaveLength(0);
    expect(bites.filter((sentence) => !pattern.test(sentence))).toEqual([]);
  });

  it.each(WORDINGS.filter(({ spares }) => spares !== undefined))(
    "spares what is not “$name”",
    ({ pattern, spares }) => {
      expect(spares?.filter((sentence) => pattern.test(sentence))).toEqual([]);
    },
  );

  it("reads comments, strings and templates, and no code", () => {
    const source = [
      "/** One thing. */",
      'const a = "two words"; // three',
      "// more words",
      "const b = `four ${a} words`;",
      "const whoever = 1;",
    ].join("\n");
    expect(proseOfSource("a.ts", source)).toEqual([
      { line: 1, text: "One thing." },
      { line: 2, text: "two words" },
      { line: 2, text: "three more words" },
      { line: 4, text: "four ${…} words" },
    ]);
  });

  it("reads paragraphs of a document whole, and no code", () => {
    const document = "# A title\n\nOne\nparagraph of `code`.\n\n```\nno prose\n```\n\n- an item\n- another\n";
    expect(proseOfMarkdown(document)).toEqual([
      { line: 1, text: "# A title" },
      { line: 3, text: "One paragraph of `code`." },
      { line: 10, text: "- an item" },
      { line: 11, text: "- another" },
    ]);
  });
});
