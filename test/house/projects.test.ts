import { readdirSync, readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { describe, expect, it } from "vitest";
import { FILES, projectOf, PROJECTS } from "../projects.ts";
import { misnamed } from "./needs.ts";

const root = join(import.meta.dirname, "../..");
const files = ["src", "charts", "console/src", "verifier", "scripts", "test", "bench"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
  )
  .filter((path) => path.endsWith(".test.ts") && !path.includes("node_modules"));

/** Named outside of the import that it is tried in, as this file is checked as well. */
const PROCESSES = "node:child_process";

describe("projects", () => {
  it("take every test file once, by its name or its place", () => {
    const taken = (path: string): string[] =>
      PROJECTS.filter((name) => {
        const { include, exclude } = FILES[name];
        const matches = (glob: string): boolean => matchesGlob(path, glob);
        return include.some(matches) && !exclude.some(matches);
      });
    expect(files.filter((path) => taken(path).join() !== projectOf(path))).toEqual([]);
    expect(new Set(files.map(projectOf))).toEqual(new Set(PROJECTS));
  });

  it("hold no file that imports what its name does not promise", () => {
    expect(files.flatMap((path) => misnamed(path, readFileSync(join(root, path), "utf8"), root))).toEqual([]);
  });

  it.each([
    ["src/a.test.ts", `import { eachDatabase } from "../test/databases.ts";`, "a database"],
    ["src/a.test.ts", `import {\n  describeLab,\n  lab,\n} from "../test/lab/index.ts";`, "the network lab"],
    ["src/a.test.ts", `import { createServer, type Server } from "node:net";`, "sockets or other programs"],
    ["src/a.test.ts", `const { spawn } = await import("${PROCESSES}");`, "sockets or other programs"],
    ["src/a.test.ts", `import { makeCertificate } from "../test/certificates.ts";`, "sockets or other programs"],
    ["src/a.test.ts", `import { workplace } from "../test/e2e/portolan.ts";`, "the program"],
    ["src/a.lab.test.ts", `import { freshPlace } from "../test/databases.ts";`, "a database"],
    ["src/a.db.test.ts", `import { lab } from "../test/lab/index.ts";`, "the network lab"],
    ["src/a.db.test.ts", `import { expect } from "vitest";`, "none"],
  ])("refuse in %s: %s", (path, source, need) => {
    expect(misnamed(path, source, root).join("\n")).toContain(`needs ${need}`);
  });

  it.each([
    ["src/a.test.ts", `import { isIPv4 } from "node:net";`],
    ["src/a.test.ts", `import type { Server } from "node:net";`],
    [
      "src/a.db.test.ts",
      `import { createServer } from "node:http";\nimport { freshPlace } from "../test/databases.ts";`,
    ],
    ["src/a.lab.test.ts", `import { spawn } from "node:child_process";`],
    ["test/e2e/a.test.ts", `import { lab } from "../lab/index.ts";\nimport { freshPlace } from "../databases.ts";`],
  ])("allow in %s: %s", (path, source) => {
    expect(misnamed(path, source, root)).toEqual([]);
  });
});
