import { readdirSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

describe("documents", () => {
  it.each(documents)("%s links to what is there", (document) => {
    const text = readFileSync(join(root, document), "utf8");
    const targets = [...text.matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)].map(([, target = ""]) => target);
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    expect(local.filter((target) => !existsSync(join(root, dirname(document), target)))).toEqual([]);
  });

  it("docs/decisions/README.md lists every decision", () => {
    const index = readFileSync(join(root, "docs/decisions/README.md"), "utf8");
    const decisions = readdirSync(join(root, "docs/decisions")).filter((name) => /^\d{4}-/.test(name));
    expect(decisions.filter((name) => !index.includes(`(${name})`))).toEqual([]);
  });

  it("README.md quotes figures that the benchmarks have", () => {
    const pages = readdirSync(join(root, "docs/benchmarks"));
    const benchmark = pages.map((page) => readFileSync(join(root, "docs/benchmarks", page), "utf8")).join("\n");
    const figures = readFileSync(join(root, "README.md"), "utf8").match(/\d+\.\d+ \(\d+\.\d+\.\.\d+\.\d+\)/g) ?? [];
    expect(figures).not.toEqual([]);
    expect(figures.filter((figure) => !benchmark.includes(figure))).toEqual([]);
  });

  it("README.md starts with the two commands", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    expect(readme).toContain('```\nnpm ci && export PATH="$PWD/bin:$PATH" && portolan start\n```');
    expect(readme).toContain("```\nnpm ci && npm test\n```");
  });

  it("no page and no message starts the program by npx, which outside of the clone runs a stranger's package", () => {
    const files = ["README.md", ...["docs/guide", "src"].flatMap((folder) => filesBelow(folder))];
    expect(files.filter((file) => /npx (?:-\S+ )*portolan/.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
  });
});

function filesBelow(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => /\.(md|ts|js|html)$/.test(name)).map((name) => join(folder, name));
}
