import { createHash } from "node:crypto";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { eachDatabase, freshPlace, STORE_KINDS } from "../../../test/databases.ts";
import { recording } from "../../../test/recording.ts";
import { describeSchema } from "./describe-schema.ts";
import { openStore } from "./index.ts";
import { migrate } from "./migrate.ts";
import { readMigrations } from "./migrations.ts";
import type { Migration } from "./migrations.ts";
import type { InSession, Store } from "./store.ts";

const APPEND_ONLY = [
  ...["scope_version", "port_baseline_version", "coverage_set", "host_state", "coverage"],
  ...[
    "boundary_record",
    "boundary_retirement",
    "boundary_source",
    "gap_explained",
    "gap_explanation",
    "gap_sign_off",
    "clock_step",
    "commitment_secret",
    "coverage_void",
    "checkpoint_cosignature",
    "checkpoint_sent",
    "checkpoint_timestamp",
    "look",
  ],
  ...["finding_episode", "finding_event", "gap", "evidence_entry", "evidence_checkpoint"],
  ...["baseline_approval", "baseline_proposal", "legal_hold", "pruning", "retention_policy"],
  ...["endpoint", "vantage_point", "sensor_journal"],
];

/** Their rows change only in the unit of work, together with an entry. */
const ONLY_IN_A_CHANGE = [
  ...["endpoint_interval", "service_interval", "source_interval"],
  ...["finding", "role_grant", "sweep", "asset_address", "sensor_address", "coverage_cut"],
  ...["sensor", "sensor_clock", "sensor_invitation", "source"],
  ...["api_key", "one_time_link", "identity_user", "identity_account", "identity_passkey", "identity_second_factor"],
];

/** Of the tables above, those that are written in transactions of their own too, or with codes that are only being set up. */
const INSERTED_ELSEWHERE = [
  ...["evidence_entry", "evidence_checkpoint", "checkpoint_cosignature", "checkpoint_sent", "commitment_secret"],
  "identity_second_factor",
];

/** Rows of the others change for reasons of their own: queues, leases, sessions. */
const OTHERS = [
  ...["checkpoint_destination", "evidence_head", "idempotency_key", "outbox", "record_lineage", "schema_migration"],
  ...["identity_session", "identity_verification", "sweep_chunk", "worker"],
];

/** A failed transaction of `migrate` must leave nothing, so these are real transactions. */
function sessionsOf(store: Store): InSession {
  return (work) =>
    store.transaction((tx) =>
      work({
        async run(script) {
          for (const statement of script.split(";")) if (statement.trim() !== "") await sql.raw(statement).execute(tx);
        },
        async query(text, values = []) {
          const parts = text.split(/\$\d+/);
          return { rows: (await sql(parts as never, ...values).execute(tx)).rows };
        },
      }),
    );
}

function migration(number: number, text: string): Migration {
  return { number, name: `step-${number}`, sql: text, digest: createHash("sha256").update(text).digest("hex") };
}

eachDatabase("migrations", (open) => {
  it("create the schema of schema.sql", async () => {
    const store = await open();
    await expect(await describeSchema(store.executeSql)).toMatchFileSnapshot("../../../generated/schema.sql");
  });

  it("refuse UPDATE, DELETE and TRUNCATE on write-once tables", async () => {
    const store = await open();
    await store.executeSql(`
      INSERT INTO evidence_entry (index, type, recorded_at, body, leaf_hash)
        VALUES (0, 'log-created', now(), '{}', decode(repeat('00', 32), 'hex'));
      BEGIN;
      SET LOCAL portolan.recording = 'on';
      INSERT INTO coverage_set (root, hosts, extent, endpoints) VALUES (decode(repeat('00', 32), 'hex'), '{}', 'e', 1);
      INSERT INTO gap (cause, gap_from, gap_to, detail, recorded_at)
        VALUES ('suspended', now(), now(), 'slept', now());
      COMMIT`);
    for (const table of ["evidence_entry", "coverage_set", "gap"]) {
      const [column] = (
        await sql<{ name: string }>`SELECT attname AS name FROM pg_attribute
        WHERE attrelid = ${table}::regclass AND attnum > 0 AND attidentity = '' ORDER BY attnum`.execute(store.db)
      ).rows;
      const refused = { message: expect.stringContaining(`on ${table} is refused`), code: "42501" };
      const update = `UPDATE ${table} SET ${column!.name} = ${column!.name}`;
      await expect(store.executeSql(update)).rejects.toMatchObject(refused);
      await expect(store.executeSql(`DELETE FROM ${table}`)).rejects.toMatchObject(refused);
      await expect(store.executeSql(`TRUNCATE ${table} CASCADE`)).rejects.toMatchObject({ code: "42501" });
      const { rows } = await store.executeSql(`SELECT count(*) AS count FROM ${table}`);
      expect(rows).toEqual([{ count: 1 }]);
    }
    const { rows } = await store.executeSql(`SELECT DISTINCT c.relname AS name FROM pg_trigger t
      JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname IN ('append_only', 'append_only_all')
      GROUP BY c.relname HAVING count(*) = 2`);
    expect(rows.map((row: { name: string }) => row.name).sort()).toEqual([...APPEND_ONLY].sort());
  });

  it("let rows of projections change only in a change of the record", async () => {
    const store = await open();
    const insert = `INSERT INTO finding (fingerprint, kind, vantage_id, subject, summary, status, opened_at, last_seen_at)
      SELECT name, 'coverage-gap', id, '{}', 's', 'new', now(), now() FROM vantage_point`;
    await recording(store, async (tx) => {
      await sql`INSERT INTO vantage_point (name) VALUES ('inside')`.execute(tx);
      await sql.raw(insert).execute(tx);
      await sql`INSERT INTO vantage_point (name) VALUES ('outside')`.execute(tx);
    });
    const statements = [`${insert} WHERE name = 'outside'`, "UPDATE finding SET summary = 't'", "DELETE FROM finding"];
    for (const statement of statements) {
      await expect(store.executeSql(statement)).rejects.toMatchObject({ code: "42501" });
    }
    await expect(store.executeSql("TRUNCATE finding CASCADE")).rejects.toMatchObject({ code: "42501" });
    for (const statement of statements) await recording(store, (tx) => sql.raw(statement).execute(tx));
    const { rows } = await store.executeSql(`SELECT DISTINCT c.relname AS name FROM pg_trigger t
      JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname IN ('only_in_change', 'only_in_change_all')
      GROUP BY c.relname HAVING count(*) = 2`);
    expect(rows.map((row: { name: string }) => row.name).sort()).toEqual([...ONLY_IN_A_CHANGE].sort());
    const { rows: guarded } = await store.executeSql(`SELECT DISTINCT c.relname AS name FROM pg_trigger t
      JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE '%only_in_change' AND (t.tgtype & 4) > 0`);
    const all = [...APPEND_ONLY, ...ONLY_IN_A_CHANGE].filter((name) => !INSERTED_ELSEWHERE.includes(name));
    expect(guarded.map((row: { name: string }) => row.name).sort()).toEqual(all.sort());
  });

  it("leave no table of the record without a decision about its rows", async () => {
    const { rows } = await (
      await open()
    ).executeSql("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'");
    const decided = [...APPEND_ONLY, ...ONLY_IN_A_CHANGE, ...OTHERS];
    expect(rows.map((row: { name: string }) => row.name).sort()).toEqual(decided.sort());
  });

  it("apply once and in order, and leave nothing of a failed one", async () => {
    const store = await open();
    await store.executeSql("DROP TABLE schema_migration");
    const inSession = sessionsOf(store);
    const steps = [migration(1, "CREATE TABLE one (x int)"), migration(2, "ALTER TABLE one ADD COLUMN y int")];
    await migrate(inSession, steps, "here");
    await migrate(inSession, steps, "here");
    const broken = migration(3, "CREATE TABLE three (x int); SELECT 1/0");
    await expect(migrate(inSession, [...steps, broken], "here")).rejects.toThrow(/division by zero/);
    const { rows } = await store.executeSql(`
      SELECT (SELECT json_agg(number ORDER BY number) FROM schema_migration) AS applied,
             to_regclass('three') IS NULL AS absent`);
    expect(rows).toEqual([{ applied: [1, 2], absent: true }]);
  });

  it("refuse a newer database, and one that other files migrated", async () => {
    const store = await open();
    await store.executeSql("DROP TABLE schema_migration");
    const inSession = sessionsOf(store);
    const steps = [migration(1, "CREATE TABLE one (x int)"), migration(2, "CREATE TABLE two (x int)")];
    await migrate(inSession, steps, "here");
    await expect(migrate(inSession, steps.slice(0, 1), "here")).rejects.toMatchObject({
      code: "store-unavailable",
      message: expect.stringMatching(/newer than this Portolan: it has migration 2 \(step-2\)/),
      next: expect.stringContaining("Run the newer version of Portolan that last used it"),
    });
    const edited = [migration(1, "CREATE TABLE one (x text)"), ...steps.slice(1)];
    await expect(migrate(inSession, edited, "here")).rejects.toMatchObject({
      code: "store-unavailable",
      message: expect.stringMatching(/Migration 1 \(step-1\) was applied to the database, but differs/),
      next: expect.stringContaining("or restore the migration file"),
    });
    // The version that has both, with their files as they were.
    await migrate(inSession, steps, "here");
  });
});

describe.each(STORE_KINDS)("opening a migrated database (%s)", (kind) => {
  it("refuses one that a newer Portolan migrated, and leaves it unchanged", async () => {
    const place = await freshPlace(kind);
    const store = await openStore(place);
    await store.executeSql("INSERT INTO schema_migration VALUES (9999, 'from-the-future', 'x')");
    await store.close();
    try {
      await expect(openStore(place)).rejects.toMatchObject({
        code: "store-unavailable",
        message: expect.stringContaining("from-the-future"),
        next: expect.stringContaining("newer version"),
      });
    } finally {
      await place.remove();
    }
  });
});

it("lets several migrators of one empty PostgreSQL database apply each migration once", async () => {
  const place = await freshPlace("postgresql", "empty");
  try {
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(place)));
    const { rows } = await stores[0]!.executeSql("SELECT number FROM schema_migration ORDER BY number");
    expect(rows).toEqual(readMigrations().map(({ number }) => ({ number })));
    await Promise.all(stores.map((store) => store.close()));
  } finally {
    await place.remove();
  }
});
