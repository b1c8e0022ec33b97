import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandsAsRunHere, programName } from "./program-name.ts";

describe("the name of the program", () => {
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "portolan-name-")));
    for (const folder of ["bin", "elsewhere", "strangers", "node_modules/.bin"])
      mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, "bin/portolan.js"), "");
    symlinkSync("portolan.js", join(root, "bin/portolan"));
    writeFileSync(join(root, "strangers/portolan"), "");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const name = (directory: string, ...folders: string[]): string =>
    programName({
      root,
      directory,
      path: folders.map((folder) => join(root, folder)).join(delimiter),
      platform: "linux",
    });

  it("is portolan where the PATH leads to this program, by its folder or by a link", () => {
    symlinkSync(join(root, "bin/portolan.js"), join(root, "elsewhere/portolan"));
    expect(name("/", "bin")).toBe("portolan");
    expect(name("/", "elsewhere", "strangers")).toBe("portolan");
  });

  it("is its own file where the PATH leads to another program of that name, or to none", () => {
    expect(name("/", "strangers", "bin")).toBe(join(root, "bin/portolan"));
    expect(name("/srv")).toBe(join(root, "bin/portolan"));
    expect(name(root)).toBe("bin/portolan");
  });

  it("does not rely on the folder that npx adds to the PATH of its child", () => {
    symlinkSync(join(root, "bin/portolan.js"), join(root, "node_modules/.bin/portolan"));
    expect(name("/", "node_modules/.bin")).toBe(join(root, "bin/portolan"));
  });

  it("can be pasted into a shell, whatever the folder is called, and on Windows", () => {
    const path = "";
    expect(programName({ root: "/a b", directory: "/", path, platform: "linux" })).toBe('"/a b/bin/portolan"');
    expect(programName({ root: "/p", directory: "/", path, platform: "win32" })).toBe("node /p/bin/portolan.js");
  });
});

it.each([
  ["Next: portolan baseline propose", "Next: bin/portolan baseline propose"],
  ["See portolan --help, or portolan COMMAND --help.", "See bin/portolan --help, or bin/portolan COMMAND --help."],
  [
    "Write portolan.yaml. Portolan runs from /usr/bin/portolan here",
    "Write portolan.yaml. Portolan runs from /usr/bin/portolan here",
  ],
])("replaces the name in commands alone: %s", (text, expected) => {
  expect(commandsAsRunHere(text, "bin/portolan")).toBe(expected);
  expect(commandsAsRunHere(text, "portolan")).toBe(text);
});
