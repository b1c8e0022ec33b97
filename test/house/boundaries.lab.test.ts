import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** A file that breaks one rule, and the module it must not have imported. */
const BROKEN: readonly { rule: string; from: string; code: string; to: string }[] = [
  {
    rule: "model-imports-nothing",
    from: "src/model/broken.ts",
    code: `import { z } from "zod"; export const a = z;`,
    to: "zod",
  },
  {
    rule: "contract-is-model-and-zod",
    from: "src/contract/broken.ts",
    code: `import { good } from "../scope/index.ts"; export const a = good;`,
    to: "src/scope/index.ts",
  },
  {
    rule: "capability-below-surfaces",
    from: "src/scope/broken-app.ts",
    code: `import type { App } from "../app.ts"; export type A = App;`,
    to: "src/app.ts",
  },
  {
    rule: "contract-by-shape",
    from: "src/scope/broken-result.ts",
    code: `import { a } from "../contract/index.ts"; export const b = a;`,
    to: "src/contract/index.ts",
  },
  {
    rule: "world-only-in-io",
    from: "src/scope/broken-socket.ts",
    code: `import { connect } from "node:net"; export const a = connect;`,
    to: "net",
  },
  {
    rule: "world-only-in-io",
    from: "src/scope/broken-foreign.ts",
    code: `import koffi from "koffi"; export const a = koffi;`,
    to: "koffi",
  },
  {
    rule: "world-only-in-io",
    from: "src/scope/broken-mail.ts",
    code: `import { createTransport } from "nodemailer"; export const a = createTransport;`,
    to: "nodemailer",
  },
  {
    rule: "world-only-in-io",
    from: "src/scope/broken-query.ts",
    code: `import { sql } from "kysely"; export const a = sql;`,
    to: "kysely",
  },
  {
    rule: "world-only-in-io",
    from: "src/scope/broken-file.ts",
    code: `export const a = () => import("node:fs/promises");`,
    to: "fs/promises",
  },
  {
    rule: "pure-below-io",
    from: "src/scope/broken-pure.ts",
    code: `import { load } from "./io/load.ts"; export const a = load;`,
    to: "src/scope/io/load.ts",
  },
  {
    rule: "front-doors",
    from: "src/record/history/broken-door.ts",
    code: `import { inner } from "../../scope/inner.ts"; export const a = inner;`,
    to: "src/scope/inner.ts",
  },
  {
    rule: "front-doors",
    from: "src/record/evidence/broken-neighbour.ts",
    code: `import { good } from "../history/door.ts"; export const a = good;`,
    to: "src/record/history/door.ts",
  },
  {
    // An entry of the evidence log is appended by the unit of work, at the end of the change that it records.
    rule: "front-doors",
    from: "src/judgement/findings/io/broken-append.ts",
    code: `import { appendEntries } from "../../../record/change/io/log-store.ts"; export const a = appendEntries;`,
    to: "src/record/change/io/log-store.ts",
  },
  {
    rule: "pure-below-io",
    from: "src/record/history/broken-pure.ts",
    code: `import { kept } from "./io/kept.ts"; export const a = kept;`,
    to: "src/record/history/io/kept.ts",
  },
  ...[
    "platform/storage",
    "scope",
    "record/history",
    "sensing/scanner",
    "judgement/findings",
    "watching/sweeps",
    "access",
  ].map((capability, index, all) => {
    const above = all[index + 1] ?? "proof/continuity";
    const up = capability.includes("/") ? "../.." : "..";
    return {
      rule: `${capability.split("/")[0]}-below`,
      from: `src/${capability}/broken-upward.ts`,
      code: `import type { A } from "${up}/${above}/index.ts"; export type B = A;`,
      to: `src/${above}/index.ts`,
    };
  }),
  {
    rule: "front-doors-from-app",
    from: "src/app.ts",
    code: `import { inner } from "./scope/inner.ts"; import "./operations/order.ts"; export interface App { a: typeof inner }; export const b = inner;`,
    to: "src/scope/inner.ts",
  },
  {
    rule: "surfaces-go-through-app",
    from: "src/cli/broken.ts",
    code: `import { good } from "../scope/index.ts"; export const a = good;`,
    to: "src/scope/index.ts",
  },
  {
    rule: "server-below-cli",
    from: "src/server/broken.ts",
    code: `import { colour } from "../cli/index.ts"; export const a = colour;`,
    to: "src/cli/index.ts",
  },
  {
    rule: "verifier-stands-alone",
    from: "verifier/broken.ts",
    code: `import type { Kind } from "../src/model/index.ts"; export type A = Kind;`,
    to: "src/model/index.ts",
  },
  {
    rule: "verifier-reads-files-in-one-place",
    from: "verifier/bundle/main.ts",
    code: `import net from "node:net"; export const a = net;`,
    to: "net",
  },
  {
    rule: "console-stands-on-the-contract",
    from: "console/src/broken.ts",
    code: `import { good } from "../../src/scope/index.ts"; export const a = good;`,
    to: "src/scope/index.ts",
  },
  {
    rule: "console-takes-types",
    from: "console/src/broken-schema.ts",
    code: `import { a } from "../../src/contract/index.ts"; export const b = a;`,
    to: "src/contract/index.ts",
  },
  {
    rule: "charts-are-pure",
    from: "charts/broken.ts",
    code: `import type { Kind } from "../src/model/index.ts"; export type A = Kind;`,
    to: "src/model/index.ts",
  },
  {
    rule: "production-not-to-tests",
    from: "src/scope/broken-test.ts",
    code: `import { lab } from "../../test/lab.ts"; export const a = lab;`,
    to: "test/lab.ts",
  },
  {
    rule: "production-not-to-dev-packages",
    from: "src/scope/broken-dev.ts",
    code: `import { check } from "fast-check"; export const a = check;`,
    to: "fast-check",
  },
  {
    rule: "declared-packages-only",
    from: "src/scope/broken-undeclared.ts",
    code: `import fastq from "fastq"; export const a = fastq;`,
    to: "fastq",
  },
  {
    rule: "resolvable",
    from: "src/scope/broken-nowhere.ts",
    code: `import { a } from "./nowhere.ts"; export const b = a;`,
    to: "./nowhere.ts",
  },
];

const CYCLE = {
  "src/record/history/first.ts": `import type { Second } from "./second.ts"; export type First = Second | 1;`,
  "src/record/history/second.ts": `import type { First } from "./first.ts"; export type Second = First | 2;`,
};

/** What the rules allow, beside what they forbid: none of these may be reported. */
const ALLOWED = {
  "src/model/index.ts": `export type { Kind } from "./kind.ts";`,
  "src/model/kind.ts": `export type Kind = 1;`,
  "src/model/kind.test.ts": `import { expect } from "vitest"; export const a = expect;`,
  "src/contract/index.ts": `import { z } from "zod"; import type { Kind } from "../model/index.ts"; export const a = z; export type B = Kind;`,
  "src/scope/index.ts": `export { good } from "./good.ts"; export { load } from "./io/load.ts"; export type A = 1;`,
  "src/scope/good.ts": `import type { Kysely } from "kysely"; import type { Kind } from "../model/index.ts"; export const good = 1; export type Db = Kysely<Kind>;`,
  "src/scope/inner.ts": `import { createHash } from "node:crypto"; export const inner = createHash;`,
  "src/scope/io/load.ts": `import { readFile } from "node:fs/promises"; import { good } from "../good.ts"; export const load = [readFile, good];`,
  "src/record/history/index.ts": `export type A = 1;`,
  "src/record/change/io/log-store.ts": `export const appendEntries = 1;`,
  "src/record/history/io/kept.ts": `import { readFile } from "node:fs/promises"; export const kept = readFile;`,
  "src/sensing/scanner/index.ts": `export type A = 1;`,
  "src/judgement/findings/index.ts": `export type A = 1;`,
  "src/watching/sweeps/index.ts": `import type { A as Held } from "../../record/history/index.ts"; export type A = Held;`,
  "src/access/index.ts": `export type A = 1;`,
  "src/proof/continuity/index.ts": `import type { A as Held } from "../../record/history/index.ts"; export type A = Held;`,
  "src/record/history/door.ts": `import { good } from "../../scope/index.ts"; import type { B } from "../../contract/index.ts"; export const a: B = good;`,
  "verifier/hash.ts": `import { createHash } from "node:crypto"; export const hash = createHash;`,
  "src/cli/index.ts": `import type { App } from "../app.ts"; import type { Kind } from "../model/index.ts"; export const colour = 1; export type A = [App, Kind];`,
  "src/operations/order.ts": `import { good } from "../scope/index.ts"; import { a } from "../contract/index.ts"; export const order = [good, a];`,
  "src/platform/storage/index.ts": `import { PGlite } from "@electric-sql/pglite"; export const a = PGlite;`,
  "charts/axis.ts": `import { scaleUtc } from "d3-scale"; export const axis = scaleUtc;`,
  "console/src/call.ts": `import type { B } from "../../src/contract/index.ts"; export type A = B;`,
  "test/lab.ts": `import { good } from "../src/scope/good.ts"; export const lab = good;`,
};

interface Violation {
  rule: { name: string };
  from: string;
  to: string;
}

let tree: string;
let found: string[];
let rules: string[];

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), "portolan-boundaries-"));
  const files = { ...ALLOWED, ...CYCLE, ...Object.fromEntries(BROKEN.map(({ from, code }) => [from, code])) };
  for (const [path, code] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), `${code}\n`);
  }
  for (const name of [".dependency-cruiser.mjs", "package.json", "tsconfig.json"]) {
    await cp(join(root, name), join(tree, name));
  }
  await symlink(join(root, "node_modules"), join(tree, "node_modules"));
  const depcruise = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  // Exit code is the number of errors, which is not zero here on purpose.
  const { stdout } = await run(
    process.execPath,
    [depcruise, "--output-type", "json", "src", "charts", "console", "verifier", "test"],
    {
      cwd: tree,
      maxBuffer: 64 * 1024 * 1024,
    },
  ).catch((error: unknown) => error as { stdout: string });
  const report = JSON.parse(stdout) as {
    summary: { violations: Violation[]; ruleSetUsed: { forbidden: { name: string }[] } };
  };
  rules = report.summary.ruleSetUsed.forbidden.map(({ name }) => name);
  found = report.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${shortName(to)}`);
});

afterAll(() => rm(tree, { recursive: true, force: true }));

/** `node_modules/zod/v4/index.js`, under whatever real path, is `zod`. */
function shortName(path: string): string {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path;
}

describe("direction rules", () => {
  it.each(BROKEN)("$rule stops $from", ({ rule, from, to }) => {
    expect(found).toContain(`${rule}: ${from} → ${to}`);
  });

  it("no-cycles stops a cycle, of types too", () => {
    expect(found.filter((line) => line.startsWith("no-cycles: src/record/history/"))).not.toHaveLength(0);
  });

  it("leaves what is allowed alone", () => {
    const allowed = Object.keys(ALLOWED);
    expect(found.filter((line) => allowed.some((path) => line.includes(`: ${path} →`)))).toEqual([]);
  });

  it("has an example for every rule there is", () => {
    const named = new Set(["no-cycles", ...BROKEN.map(({ rule }) => rule)]);
    expect(rules).not.toHaveLength(0);
    expect(rules.filter((name) => !named.has(name))).toEqual([]);
  });
});
