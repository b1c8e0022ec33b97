import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** What a whole run prints, by the source of its only test file. */
const CASES = {
  skipped: `
    it("runs", () => {});
    describe.skip("lab: needs root", () => { it("a", () => {}); describe("deep", () => { it("b", () => {}); }); });
    describe("partly", () => { it("runs", () => {}); it("asks", (test) => test.skip("no clock here")); });`,
  plain: `it("runs", () => {});`,
  "a test that fails": `it("fails", () => { throw new Error("x"); });`,
  "a file that cannot be loaded": `throw new Error("x");`,
  "a hook that fails": `describe("s", () => { beforeAll(() => { throw new Error("x"); }); it("waits", () => {}); });`,
  "an error outside every test": `it("runs", () => { void Promise.reject(new Error("x")); });`,
  projects: `it("runs", () => {}); it("runs too", () => {}); it.skip("asks: no clock here", () => {});`,
  tags: `it("runs", () => {}); it("takes long", { tags: ["long"] }, () => {});`,
};
/** By case, what vitest is told besides. The second project takes the same file once more. */
const OPTIONS = {
  projects: { projects: ["one", "two"].map((name) => ({ test: { name, include: ["*.case.ts"] } })) },
  tags: { tags: [{ name: "long" }], tagsFilter: ["!long"] },
};
/** One run after the other, as starting vitest takes longer than they do. */
const RUN = `
  import { startVitest } from "vitest/node";
  import { closingReporter } from ${JSON.stringify(join(import.meta.dirname, "closing-lines.ts"))};
  const said = {};
  for (const name of process.argv.slice(1)) {
    const lines = [];
    const reporters = [closingReporter((line) => lines.push(line))];
    const options = { root: name, include: ["*.case.ts"], watch: false, reporters, ...${JSON.stringify(OPTIONS)}[name] };
    const run = await startVitest("test", [], options, { configFile: false });
    await run.close();
    said[name] = lines.filter(Boolean);
  }
  process.stdout.write(JSON.stringify(said));
  process.exit(0);`;

let folder: string;
let said: Record<string, string[]>;

beforeAll(async () => {
  // Inside the project, so that "vitest" means the same one.
  folder = await mkdtemp(join(root, "node_modules/.closing-lines-"));
  for (const [name, source] of Object.entries(CASES)) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "a.case.ts"), `import { beforeAll, describe, it } from "vitest";\n${source}`);
  }
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", RUN, ...Object.keys(CASES)], {
    cwd: folder,
  });
  said = JSON.parse(stdout) as Record<string, string[]>;
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("closing lines", () => {
  it("name what was skipped, why, and how much of it", () => {
    expect(said["skipped"]).toEqual([
      "Skipped: 2 suites",
      "  lab — needs root (2 tests, a.case.ts)",
      "  asks — no clock here (1 test, a.case.ts)",
      "2 passed, 0 failed, 3 skipped",
    ]);
  });

  it("are the counts alone when nothing was skipped", () => {
    expect(said["plain"]).toEqual(["1 passed, 0 failed, 0 skipped"]);
  });

  it("count all projects in one line", () => {
    expect(said["projects"]?.filter((line) => line.includes("passed"))).toEqual(["4 passed, 0 failed, 2 skipped"]);
    expect(said["projects"]?.filter((line) => line.startsWith("  asks — no clock here"))).toHaveLength(2);
  });

  it("say that a filter by tags left tests out", () => {
    expect(said["tags"]).toEqual([
      "Only tests tagged !long; npm test runs all of them.",
      "1 passed, 0 failed, 1 skipped",
    ]);
  });

  it.each(["a test that fails", "a file that cannot be loaded", "a hook that fails", "an error outside every test"])(
    "never say 0 failed of %s",
    (name) => {
      expect(said[name]).toHaveLength(1);
      expect(said[name]?.[0]).toMatch(/^\d passed, 1 failed, \d skipped$/);
    },
  );
});
