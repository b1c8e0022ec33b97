// @module-tag long
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tablesOfSchema } from "../../scripts/tables-of-schema.ts";
import { freshPlace, STORE_KINDS, type Place } from "../../test/databases.ts";
import { lastRow, mutationsOf, unhindered } from "../../test/mutate.ts";
import { recordOfMany } from "../../test/record-of-many.ts";
import type { Store, Tx } from "../platform/storage/index.ts";
import { compareRows, compareTables, readLog, signingKey, type TableWithLog } from "../record/evidence/index.ts";
import { BINDINGS } from "./bindings.ts";
import { columnBindings } from "./bound-columns.ts";
import { NOT_BOUND_YET } from "./unbound-columns.ts";

const SCHEMA = tablesOfSchema(readFileSync(join(import.meta.dirname, "../../generated/schema.sql"), "utf8"));
const COLUMNS = columnBindings(SCHEMA);
/** Tables without a row in this record, and the tests that change one. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  boundary_record: "boundary.db.test.ts",
  boundary_retirement: "boundary.db.test.ts",
  boundary_source: "boundary.db.test.ts",
  checkpoint_timestamp: "attestation.db.test.ts",
  coverage_cut: "sensors-bound.db.test.ts",
  gap_explained: "gaps.db.test.ts",
  gap_explanation: "gaps.db.test.ts",
  gap_sign_off: "gaps.db.test.ts",
  identity_passkey: "../access/io/bindings.db.test.ts",
  identity_second_factor: "../access/io/bindings.db.test.ts",
  legal_hold: "retention.db.test.ts",
  pruning: "retention.db.test.ts",
  retention_policy: "retention.db.test.ts",
};
const WITH_ROWS = [...new Set(BINDINGS.map(({ table }) => table))].filter((table) => ELSEWHERE[table] === undefined);
/** Changes that no comparison notices, with the reason why none has to. */
const HARMLESS: Readonly<Record<string, string>> = {
  "sensor.stated_at": "it says how much of reported_at an entry states; later, it changes no answer",
  "sensor.taken":
    "higher, it has nothing skipped: the next report with a record that no entry states as taken is refused",
  "sensor.stated_taken":
    "higher than what the sensor's journal has taken, it is compared as that: nothing is skipped by it",
  "source.stated_until": "it says how much of watched_until an entry states; later, it changes no answer",
};
const UNDO = new Error("rolled back");

describe.each(STORE_KINDS)("a history with 5,000 open endpoints (%s)", (kind) => {
  let place: Place;
  let store: Store;
  let log: readonly TableWithLog[];
  beforeAll(async () => {
    place = await freshPlace(kind, "empty");
    store = await recordOfMany(place, signingKey(generateKeyPairSync("ed25519").privateKey)!);
    log = (await readLog(store.db, BINDINGS)).tables;
  }, 300_000);
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  /** Runs it and takes it back. */
  async function tried<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    let result: T | undefined;
    await store
      .transaction(async (tx) => {
        result = await work(tx);
        throw UNDO;
      })
      .catch((error: unknown) => {
        if (error !== UNDO) throw error;
      });
    return result as T;
  }

  it("agrees with its log", { timeout: 60_000 }, async () => {
    const { contradictions } = await compareTables(store.db, BINDINGS);
    expect(contradictions).toEqual([]);
    const { rows } = await store.executeSql(
      "SELECT count(*)::int AS open FROM endpoint_interval WHERE state = 'open' AND upper_inf(during)",
    );
    expect((rows as { open: number }[])[0]?.open).toBeGreaterThanOrEqual(5_000);
  });

  /** Whether one of these tables contradicts the log after the work, which is taken back. */
  const isNoticed = (tables: readonly string[], work: (tx: Tx) => Promise<unknown>): Promise<boolean> =>
    tried(async (tx) => {
      await work(tx);
      for (const each of log.filter(({ table }) => tables.includes(table))) {
        if ((await compareRows(tx, each)).contradictions.length > 0) return true;
      }
      return false;
    });

  it("has no value of a bound column that can be changed unnoticed", { timeout: 600_000 }, async () => {
    const [unnoticed, empty]: [string[], string[]] = [[], []];
    let tries = 0;
    for (const { table, column, ...how } of COLUMNS) {
      if (how.outcome !== "bound") continue;
      const mutations = await tried((tx) => mutationsOf(tx, table, column));
      if (mutations.length === 0) empty.push(`${table}.${column}`);
      for (const { run } of mutations) {
        tries += 1;
        const noticed = await isNoticed(how.comparedWith, run);
        if (!noticed) unnoticed.push(`${table}.${column}`);
      }
    }
    process.stderr.write(`${kind}: ${tries} values changed, ${tries - unnoticed.length} noticed; ${summary()}\n`);
    const isRequired = (name: string): boolean =>
      HARMLESS[name] === undefined && NOT_BOUND_YET[name.split(".")[0] ?? ""] === undefined;
    expect(unnoticed.filter(isRequired)).toEqual([]);
    expect(empty.filter((name) => ELSEWHERE[name.split(".")[0] ?? ""] === undefined)).toEqual([]);
  });

  it.each(WITH_ROWS)(
    "has no row of %s too few, too many or twice without notice",
    { timeout: 60_000 },
    async (table) => {
      const at = await tried((tx) => lastRow(tx, table));
      expect(at).toBeDefined();
      const copy = (tx: Tx) =>
        sql`INSERT INTO ${sql.table(table)} SELECT * FROM ${sql.table(table)} WHERE ctid = ${at}::tid`.execute(tx);
      const noticed = {
        deleted: await isNoticed([table], async (tx) => {
          await unhindered(tx, table);
          await sql`DELETE FROM ${sql.table(table)} WHERE ctid = ${at}::tid`.execute(tx);
        }),
        copied: await isNoticed([table], async (tx) => {
          await unhindered(tx, table);
          await copy(tx);
        }),
      };
      expect(noticed).toEqual({ deleted: true, copied: true });
    },
  );
});

/** The columns of the record by what binds them. */
function summary(): string {
  const counts = Object.groupBy(COLUMNS, ({ outcome }) => outcome);
  return Object.entries(counts)
    .map(([outcome, of]) => `${of.length} columns ${outcome}`)
    .join(", ");
}
