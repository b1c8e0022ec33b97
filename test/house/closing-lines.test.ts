import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

let folder: string;

beforeAll(async () => {
  // Inside the project, so that "vitest" means the same one.
  folder = await mkdtemp(join(root, "node_modules/.closing-lines-"));
  await writeFile(
    join(folder, "vitest.config.ts"),
    `import { closingReporter } from ${JSON.stringify(join(import.meta.dirname, "closing-lines.ts"))};
     export default { test: { include: ["*.case.ts"], exclude: [],
       reporters: [closingReporter((line) => process.stdout.write(line + "\\n"))] } };`,
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function closingLinesOf(source: string): Promise<string[]> {
  await writeFile(join(folder, "a.case.ts"), `import { beforeAll, describe, it } from "vitest";\n${source}`);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { stdout } = await run(process.execPath, [vitest, "run", "--root", folder]).catch(
    (error: unknown) => error as { stdout: string },
  );
  return stdout.split("\n").filter(Boolean);
}

describe("closing lines", () => {
  it("name what was skipped, why, and how much of it", async () => {
    const lines = await closingLinesOf(`
      it("runs", () => {});
      describe.skip("lab: needs root", () => { it("a", () => {}); describe("deep", () => { it("b", () => {}); }); });
      describe("partly", () => { it("runs", () => {}); it("asks", (test) => test.skip("no clock here")); });
    `);
    expect(lines).toEqual([
      "Skipped: 2 suites",
      "  lab — needs root (2 tests, a.case.ts)",
      "  asks — no clock here (1 test, a.case.ts)",
      "2 passed, 0 failed, 3 skipped",
    ]);
  });

  it("are the counts alone when nothing was skipped", async () => {
    expect(await closingLinesOf(`it("runs", () => {});`)).toEqual(["1 passed, 0 failed, 0 skipped"]);
  });

  it.each([
    ["a test that fails", `it("fails", () => { throw new Error("x"); });`],
    ["a file that cannot be loaded", `throw new Error("x");`],
    [
      "a hook that fails",
      `describe("s", () => { beforeAll(() => { throw new Error("x"); }); it("waits", () => {}); });`,
    ],
    ["an error outside every test", `it("runs", () => { void Promise.reject(new Error("x")); });`],
  ])("never say 0 failed of %s", async (_, source) => {
    const lines = await closingLinesOf(source);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\d passed, 1 failed, \d skipped$/);
  });
});
