import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

const PROMISE = "export async function write(): Promise<number> { return await Promise.resolve(1); }\n";

/** A file each, named after the rule that has to find it. */
const BROKEN: Readonly<Record<string, string>> = {
  "no-floating-promises": `${PROMISE}export function go(): void { write(); }`,
  "no-misused-promises": `${PROMISE}export function go(): void { [1].forEach(async () => { await write(); }); }`,
  "await-thenable": `export async function go(a: number): Promise<number> { return await a; }`,
  "switch-exhaustiveness-check": `export function go(a: "x" | "y"): void { switch (a) { case "x": return; } }`,
  "no-explicit-any": `export function go(a: any): boolean { return a === 1; }`,
  "no-unsafe-return": `export function go(text: string): number { return JSON.parse(text); }`,
  "no-unsafe-member-access": `export function go(text: string): unknown { return JSON.parse(text).a; }`,
  "no-non-null-assertion": `export function go(a?: string): string { return a!; }`,
  "consistent-type-imports": `import { Stats } from "node:fs"; export type A = Stats;`,
  "no-default-export": `export default 1;`,
  "no-console": `console.log(1);`,
  eqeqeq: `export function go(a: number, b: number): boolean { return a == b; }`,
};

let tree: string;
let found: string;

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), "portolan-lint-"));
  const files = { ...BROKEN, "cli/prints": `console.log(1);` };
  for (const [name, code] of Object.entries(files)) {
    const path = join(tree, "src", `${name}.ts`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${code}\n`);
  }
  for (const name of [".oxlintrc.json", "package.json", "tsconfig.json"]) await cp(join(root, name), join(tree, name));
  await symlink(join(root, "node_modules"), join(tree, "node_modules"));
  // Exits with 1, as it finds something; the rest of the test is about what.
  const oxlint = [join(root, "node_modules/oxlint/bin/oxlint"), "--format", "unix", "src"];
  const { stdout } = await run(process.execPath, oxlint, { cwd: tree }).catch(
    (error: unknown) => error as { stdout: string },
  );
  found = stdout;
});

afterAll(() => rm(tree, { recursive: true, force: true }));

describe("lint", () => {
  it.each(Object.keys(BROKEN))("%s", (rule) => {
    const lines = found.split("\n").filter((line) => line.startsWith(`src/${rule}.ts:`));
    expect(lines.join("\n")).toContain(`(${rule})`);
  });

  it("lets the command line print", () => {
    expect(found).not.toContain("src/cli/prints.ts");
  });
});
