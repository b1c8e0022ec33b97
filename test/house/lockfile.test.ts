import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
}

const read = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, "../..", name), "utf8"));
/** The workspaces of this repository, and the links by which they are imported, come from no registry. */
const locked = Object.entries((read("package-lock.json") as { packages: Record<string, Locked> }).packages).filter(
  ([path, { link }]) => path.includes("node_modules/") && link !== true,
);
const { allowScripts } = read("package.json") as { allowScripts: Record<string, boolean> };

const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

describe("package-lock.json", () => {
  it("names no host, so that it installs from whatever registry a machine is set up for", () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it("pins the content of every package", () => {
    expect(locked.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
  });

  it("has the packages of every platform: npm ci refuses a lock without them", () => {
    const present = new Set(locked.map(([path]) => nameOf(path)));
    const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !present.has(name))
        .map((name) => `${path} → ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it("has no install script that nobody decided on", () => {
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(scripted).not.toEqual([]);
    expect(scripted.map(([path]) => nameOf(path)).filter((name) => !(name in allowScripts))).toEqual([]);
  });
});
