import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IS_POOR, PROGRAM } from "./portolan.ts";

const directory = mkdtempSync(join(tmpdir(), "portolan-starting-"));
const YESTERDAY = Date.now() / 1_000 - 86_400;

/** A program whose sources and whose build each print which they are. */
beforeAll(() => {
  write("src/platform/privileges/index.ts", "export const dropPrivileges = () => undefined;");
  write("src/cli/main.ts", 'export const main = () => console.log("sources");');
  write("dist/privileges.js", "export const dropPrivileges = () => undefined;");
  write("dist/main.js", 'export const main = () => console.log("build");');
  write("package.json", '{ "type": "module" }');
  write("package-lock.json", "{}");
  write("verifier/index.ts", "");
  mkdirSync(join(directory, "bin"));
  copyFileSync(PROGRAM, join(directory, "bin/portolan.js"));
  const built = join(directory, "dist/main.js");
  utimesSync(built, YESTERDAY + 60, YESTERDAY + 60);
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(join(directory, dirname(path)), { recursive: true });
  writeFileSync(join(directory, path), text);
}

function age(seconds: number, ...paths: string[]): void {
  for (const path of paths) utimesSync(join(directory, path), YESTERDAY + seconds, YESTERDAY + seconds);
}

const PRIVILEGES = "src/platform/privileges/index.ts";
const ALL = [
  PRIVILEGES,
  "src/platform/privileges",
  "src/platform",
  "src/cli/main.ts",
  "src/cli",
  "src",
  "verifier/index.ts",
  "verifier",
  "package-lock.json",
] as const;
const started = (): string =>
  execFileSync(process.execPath, [join(directory, "bin/portolan.js")], { encoding: "utf8" }).trim();

describe.skipIf(IS_POOR)("the code that the program starts: a poor user cannot use root's copy", () => {
  it("is its build, while nothing is newer", () => {
    age(0, ...ALL);
    expect(started()).toBe("build");
  });

  it.each(["src/cli/main.ts", "src/platform/privileges", "verifier/index.ts", "package-lock.json"])(
    "is its sources, once %s is newer",
    (path) => {
      age(0, ...ALL);
      age(120, path);
      expect(started()).toBe("sources");
    },
  );

  it("is its build where no sources came with it", () => {
    rmSync(join(directory, "src"), { recursive: true });
    expect(started()).toBe("build");
  });

  it("is its sources where it was never built", () => {
    write("src/platform/privileges/index.ts", "export const dropPrivileges = () => undefined;");
    write("src/cli/main.ts", 'export const main = () => console.log("sources");');
    rmSync(join(directory, "dist"), { recursive: true });
    expect(started()).toBe("sources");
  });
});
