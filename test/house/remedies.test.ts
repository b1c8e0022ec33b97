import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../src/cli/run.ts";
import { SETTINGS } from "../../src/platform/configuration/settings.ts";
import { fakeOperations } from "../fakes/operations.ts";
import { fakeSurroundings } from "../fakes/surroundings.ts";
import { missingIn, type Known } from "./named-things.ts";
import { proseOfSource } from "./prose.ts";
import { FOLLOWED, REASONS } from "./remedies.ts";
import { remediesOf } from "./remedy-texts.ts";

const root = join(import.meta.dirname, "../..");
const sources = globSync("src/**/*.ts", { cwd: root }).filter((path) => !path.endsWith(".test.ts"));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const remedies = sources.flatMap((path) => remediesOf(path, read(path)).map((each) => ({ ...each, path })));

const followed = Object.entries(FOLLOWED).flatMap(([test, cases]) =>
  Object.entries(cases).map(([title, texts]) => ({ test, title, texts })),
);

const openapi = JSON.parse(read("generated/openapi.json")) as { paths: Record<string, Record<string, unknown>> };
const surroundings = fakeSurroundings({ directory: "/", operations: fakeOperations() });
const known: Known = {
  program: createProgram({ surroundings, ends: () => Promise.resolve() }, []),
  routes: [
    "GET /api/v1/openapi.json",
    ...Object.entries(openapi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    ),
  ],
  variables: new Set(
    Object.values(SETTINGS).flatMap(({ variable, secret }) => [variable, ...(secret ? [`${variable}_FILE`] : [])]),
  ),
  exists: (path) => existsSync(join(root, path)),
};

/** Texts that programs read: scripts of shells, and the domain of a hash. */
const FOR_PROGRAMS = new Set([
  "src/cli/completion.ts",
  "src/sensing/scanner/permutation.ts",
  // About the program in a bundle, which is not this one.
  "src/record/bundle/readme.ts",
]);

describe("next steps", () => {
  it("are found in the sources", () => {
    expect(remedies.length).toBeGreaterThan(200);
  });

  it(
    "name only commands, options, routes, variables and pages that exist, and so does every other text",
    { timeout: 240_000 },
    () => {
      const wrong = sources
        .filter((path) => !FOR_PROGRAMS.has(path))
        .flatMap((path) =>
          proseOfSource(path, read(path)).flatMap(({ line, text }) =>
            missingIn(text, known).map((missing) => `${path}:${line}: ${missing}`),
          ),
        );
      expect(wrong).toEqual([]);
    },
  );

  it("notice a command, an option, a route, a variable or a page that does not exist", () => {
    const texts = {
      "Run portolan scan, then portolan status.": ["portolan scan"],
      "Run portolan users erase.": ["portolan users erase"],
      "Run portolan start --tls-cert FILE.": ["portolan start --tls-cert"],
      "Give a certificate (--tls-cert).": ["--tls-cert"],
      "See GET /api/v1/nothing and docs/guide/none.md.": ["GET /api/v1/nothing", "docs/guide/none.md"],
      "Set PORTOLAN_NOTHING.": ["PORTOLAN_NOTHING"],
      "Run portolan users list; openssl x509 -in FILE -noout --text.": [],
    };
    for (const [text, missing] of Object.entries(texts)) expect(missingIn(text, known), text).toEqual(missing);
  });

  it("each have a test that follows them, or a reason why none does (test/house/remedies.ts)", () => {
    const rows = new Set([...followed.flatMap(({ texts }) => texts), ...Object.values(REASONS).flat()]);
    const without = [...new Set(remedies.filter(({ text }) => !rows.has(text)).map(({ text }) => text))];
    expect(without, "remedies without a row").toEqual([]);
    const texts = new Set(remedies.map(({ text }) => text));
    expect(
      [...rows].filter((row) => !texts.has(row)),
      "rows without a remedy",
    ).toEqual([]);
  });

  it("are followed by tests that exist", () => {
    const missing = followed.filter(({ test, title }) => !existsSync(join(root, test)) || !read(test).includes(title));
    expect(missing).toEqual([]);
  });
});
