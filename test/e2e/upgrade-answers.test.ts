import { createReadStream, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as application from "../../src/app.ts";
import { run } from "../../src/cli/run.ts";
import { restoreBackup } from "../../src/record/backup/index.ts";
import { compareTables } from "../../src/record/evidence/index.ts";
import { openStore, readMigrations } from "../../src/platform/storage/index.ts";
import { readToken, startServer } from "../../src/server/index.ts";
import { freshPlace, STORE_KINDS, type Place } from "../databases.ts";
import { fakeOperations } from "../fakes/operations.ts";
import { fakeSurroundings } from "../fakes/surroundings.ts";

/**
 * Three days of a record of the previous version, with what its command line and its API answered about it, byte for
 * byte: two vantage points and two imported ones, gaps, partial and untrusted sweeps, findings of every kind, services,
 * three scopes, two port baselines, three host sensors, people and keys. `test/fixtures/upgrades/README.md` lists it
 * all.
 */
const FIXTURES = join(import.meta.dirname, "../fixtures/upgrades");

interface Answers {
  readonly now: number;
  /** The portolan.yaml of that record. */
  readonly scope: string;
  readonly commands: readonly { readonly argv: readonly string[]; readonly exit: number; readonly out: string }[];
  readonly pages: readonly { readonly path: string; readonly status: number; readonly body: string }[];
}

const before = JSON.parse(gunzipSync(readFileSync(join(FIXTURES, "schema-8.json.gz"))).toString()) as Answers;
/**
 * Schema 8 showed one time of opening, the first, for all episodes of a finding: one that came back read as one long
 * incident. Its times are now those of its latest episode, the others are beside it, and results gained fields.
 */
const EXPORTED = ["findings --all --format csv", "findings --all --format cef"];
/** Schema 8 left imports out of exposure. At these times, some that were not stale have their own columns now. */
const withImports = ([word, ...rest]: readonly string[]): boolean =>
  word === "exposure" && /2026-03-10T(10:45|11:10)/.test(rest.join(" "));
const GAINED = ["severity", "episodes", "exposureSeconds", "next", "processes"];

interface Finding {
  readonly id: number;
  readonly episodes: readonly { readonly openedAt: string }[];
}

/** A result in the words of schema 8, if it is about findings: without new fields, and with the first opening. */
function withoutEpisodes(text: string): string {
  return rewritten(text, (finding) => {
    const fields = { ...finding, openedAt: finding.episodes[0]?.openedAt };
    return Object.fromEntries(Object.entries(fields).filter(([field]) => !GAINED.includes(field)));
  });
}

/** The state at an instant in the words of schema 8, which did not count hosts and knew the latest look alone. */
function withoutHosts(text: string): string {
  if (!text.includes('"portolan.at/1"')) return text;
  const {
    hosts: _hosts,
    assets,
    ...rest
  } = JSON.parse(text) as {
    hosts: unknown;
    assets: { hosts: unknown; oldestLookedAt?: unknown }[];
  };
  return JSON.stringify({
    ...rest,
    assets: assets.map(({ hosts: _ofAsset, oldestLookedAt: _oldest, ...asset }) => asset),
  });
}

/** A verification in the words of schema 8, which compared the log with itself alone, and no times. */
function withoutComparisons(text: string): string {
  if (!text.includes('"portolan.evidence-verify/1"')) return text;
  const {
    key: _key,
    answers: _answers,
    tables: _tables,
    outOfOrder: _order,
    ...rest
  } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return `${JSON.stringify(rest, undefined, 2)}\n`;
}

/** Users in the words of schema 8, which did not say whether a password signs them in. */
function withoutPasswords(text: string): string {
  if (!text.includes('"portolan.users/1"')) return text;
  const { users, ...rest } = JSON.parse(text) as { readonly users: readonly { readonly password: boolean }[] };
  const same = users.map(({ password: _password, ...user }) => user);
  return `${JSON.stringify({ ...rest, users: same }, undefined, 2)}\n`;
}

/** The entries of a page, without the reads that this test makes itself: they have an address now. */
function withoutReads(text: string): string {
  if (!text.includes('"portolan.entries/1"')) return text;
  const page = JSON.parse(text) as {
    readonly entries: readonly { readonly type: string; readonly recordedAt: string }[];
  };
  const entries = page.entries.filter(
    ({ type, recordedAt }) => type !== "evidence-read" || Date.parse(recordedAt) < before.now,
  );
  return JSON.stringify({ ...page, entries });
}

/** Gaps in the words of schema 8: nobody explained them, so they needed no names, and before a scope they had no cause. */
function withoutExplanations(text: string): string {
  if (!text.includes('"portolan.gaps/1"')) {
    return text.startsWith("From ")
      ? text.replaceAll(/\n    not explained\n    \S+@\S+(?=\n)|:\s+no\s+scope\s+was\s+recorded\s+before\s+\S+/g, "")
      : text;
  }
  const { assets, ...rest } = JSON.parse(text) as { readonly assets: readonly { readonly gaps: readonly object[] }[] };
  const known = ({ from, to, cause }: Readonly<Record<string, unknown>>) =>
    String(cause).startsWith("no scope was recorded") ? { from, to } : { from, to, cause };
  const same = assets.map(({ gaps, ...asset }) => ({ ...asset, gaps: gaps.map((gap) => known({ ...gap })) }));
  return `${JSON.stringify({ ...rest, assets: same }, undefined, 2)}\n`;
}

/** The findings of a result by number: their order follows the latest opening. */
function inOrder(text: string): string {
  return rewritten(text, (finding) => finding);
}

function rewritten(text: string, rewrite: (finding: Finding) => object): string {
  if (!/"portolan\.findings?\/1"/.test(text.slice(0, 40))) return text;
  const { findings, finding, ...rest } = JSON.parse(text) as { findings?: Finding[]; finding?: Finding };
  const sorted = findings?.toSorted((a, b) => a.id - b.id).map(rewrite);
  return JSON.stringify({ ...rest, findings: sorted, finding: finding === undefined ? undefined : rewrite(finding) });
}

const words = [...new Set(before.commands.map(({ argv }) => argv[0] ?? ""))];

describe.each(STORE_KINDS)("a record of schema 8, migrated on %s,", (kind) => {
  const clock = { now: (): number => before.now };
  let place: Place;
  let directory: string;
  let app: application.App;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-upgrade-"));
    await writeFile(join(directory, "portolan.yaml"), before.scope);
    place = await freshPlace(kind, "empty");
    // As if it had been migrated in place: a restore by the command adds an entry of its own.
    await restoreBackup(place, () => createReadStream(join(FIXTURES, "schema-8.backup")), {
      compare: (db) => compareTables(db, []),
    });
    const store = await openStore(place);
    const { rows } = await store.executeSql("SELECT count(*)::int AS applied FROM schema_migration");
    await store.close();
    expect(rows).toEqual([{ applied: readMigrations().length }]);
    app = await application.createApp({ directory, ...place, version: "0.0.0", clock });
  }, 120_000);
  afterAll(async () => {
    await app.close();
    await place.remove();
    await rm(directory, { recursive: true });
  });

  /**
   * Runs all commands on one application: opening it for each would take most of the time. A read of evidence is an
   * entry now; without it, later answers are about the same log as before.
   */
  async function answer(argv: readonly string[]): Promise<Answers["commands"][number]> {
    const createApp = (): Promise<application.App> =>
      Promise.resolve({ ...app, local: app.operations, close: () => Promise.resolve() });
    const surroundings = fakeSurroundings({
      directory,
      operations: fakeOperations(),
      env: { PORTOLAN_HOME: place.home },
      door: { ...application, createApp },
    });
    const exit = await run(argv, { ...surroundings, clock });
    return { argv, exit, out: surroundings.printed.out };
  }

  it.each(words)("answers every `%s` the same, byte for byte", { timeout: 120_000 }, async (word) => {
    const asked = before.commands.filter(({ argv }) => argv[0] === word);
    for (const expected of asked) {
      const { out, ...rest } = await answer(expected.argv);
      const name = expected.argv.join(" ");
      if (EXPORTED.includes(name) || withImports(expected.argv)) {
        expect(rest).toEqual({ argv: expected.argv, exit: expected.exit });
        await expect(out).toMatchFileSnapshot(`../golden/upgrades/${name.replaceAll(/[^a-z0-9]+/g, "-")}.txt`);
      } else {
        expect({
          ...rest,
          out: withoutHosts(withoutExplanations(withoutPasswords(withoutComparisons(withoutEpisodes(out))))),
        }).toEqual({
          ...expected,
          out: withoutHosts(inOrder(expected.out)),
        });
      }
    }
  });

  /** Runs last, and requests each page once: reading the entries appends an entry itself. */
  it("has the same pages of entries, sweeps, findings and scopes, byte for byte", { timeout: 120_000 }, async () => {
    const server = await startServer({
      operations: app.operations,
      identity: await app.identity(),
      sensors: app.sensors,
      home: place.home,
      version: "0.0.0",
      port: 0,
      clock,
      onUnexpected: (problem) => {
        throw problem;
      },
    });
    try {
      const headers = { authorization: `Bearer ${(await readToken(place.home)) ?? ""}` };
      for (const expected of before.pages) {
        const response = await fetch(new URL(expected.path, server.url), { headers });
        const body = withoutReads(withoutEpisodes(await response.text()));
        expect({ path: expected.path, status: response.status, body }).toEqual({
          ...expected,
          body: withoutReads(inOrder(expected.body)),
        });
      }
    } finally {
      await server.stop();
    }
  });
});
