import { createReadStream, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { restoreBackup } from "../../src/record/backup/index.ts";
import { compareTables } from "../../src/record/evidence/index.ts";
import { createApp, type App } from "../../src/app.ts";
import type { AtResult, DiffResult, FindingsResult, VerifyResult } from "../../src/contract/index.ts";
import { openStore, readMigrations } from "../../src/platform/storage/index.ts";
import { freshPlace, STORE_KINDS, type Place } from "../databases.ts";

/**
 * A record of an earlier version, with the answers of that version: four sweeps, an approval, findings that opened and
 * were resolved. The backup is restored at the schema it was made with, then migrated.
 */
const FIXTURES = join(import.meta.dirname, "../fixtures/upgrades");
const SCHEMA = 4;

interface Answers {
  readonly now: number;
  readonly asked: readonly number[];
  readonly at: readonly AtResult[];
  readonly findings: FindingsResult;
  readonly diff: DiffResult;
  readonly verified: Omit<VerifyResult, "keys">;
  readonly keys: readonly string[];
}

describe.each(STORE_KINDS)("a record of schema 4, migrated on %s,", (kind) => {
  const before = JSON.parse(readFileSync(join(FIXTURES, "schema-4.json"), "utf8")) as Answers;
  let place: Place;
  let directory: string;
  let app: App;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-upgrade-"));
    place = await freshPlace(kind, "empty");
    // As if it had been migrated in place: a restore by the command adds an entry of its own.
    await restoreBackup(place, () => createReadStream(join(FIXTURES, "schema-4.backup")), {
      compare: (db) => compareTables(db, []),
    });
    app = await createApp({ directory, ...place, clock: { now: () => before.now }, identify: false });
  }, 120_000);
  afterAll(async () => {
    await app.close();
    await place.remove();
    await rm(directory, { recursive: true });
  });

  it("has every later migration", async () => {
    await app.close();
    const store = await openStore(place);
    const { rows } = await store.executeSql("SELECT count(*)::int AS applied FROM schema_migration");
    await store.close();
    expect(rows).toEqual([{ applied: readMigrations().length }]);
    expect(readMigrations().length).toBeGreaterThan(SCHEMA);
    app = await createApp({ directory, ...place, clock: { now: () => before.now }, identify: false });
  }, 60_000);

  it("answers what was open, and what changed, as it did then", async () => {
    for (const [index, at] of before.asked.entries()) {
      expect(await app.operations.history.at({ at })).toMatchObject(before.at[index] ?? {});
    }
    const [from = 0, , , to = 0] = before.asked;
    expect(await app.operations.history.diff({ from, to })).toMatchObject(before.diff);
  });

  it("has the same findings, with the same numbers and times", async () => {
    expect(before.findings.findings.length).toBeGreaterThan(1);
    expect(await app.operations.findings.all({})).toMatchObject(before.findings);
  });

  it("has the same evidence log, which verifies with the same root and key", async () => {
    const {
      keys,
      key: _key,
      tables: _tables,
      answers: _answers,
      ...verified
    } = await app.operations.evidence.verify({});
    expect(verified).toEqual(before.verified);
    expect(keys).toEqual(before.keys);
  });
});
