// @module-tag long
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gunzipSync, gzipSync } from "node:zlib";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshPlace, STORE_KINDS, type Place } from "../../test/databases.ts";
import { contradictionsAfter } from "../../test/fixtures/tampered.ts";
import { openStore, type Store, type Tx } from "../platform/storage/index.ts";
import { writeBackup } from "../record/backup/index.ts";
import { compareTables } from "../record/evidence/index.ts";
import { restoreRecord } from "./backup.ts";
import { BINDINGS } from "./bindings.ts";

/** Three days of a record, with rows in every table that entries bind. */
const FIXTURE = join(import.meta.dirname, "../../test/fixtures/upgrades/schema-8.backup");

/** What somebody with the database can do, and what has to be named. */
const TAMPERINGS = [
  [
    "scope_version",
    `UPDATE scope_version SET scope = jsonb_set(scope, '{name}', '"x"') WHERE version = 2`,
    /^scope 2 has scope /,
  ],
  ["scope_version", `UPDATE scope_version SET recorded_by = 'eve' WHERE version = 2`, /^scope 2 has recordedBy "eve"/],
  [
    "port_baseline_version",
    `UPDATE port_baseline_version SET approved_by = 'eve'`,
    /^port baseline 1 has approvedBy "eve"/,
  ],
  [
    "port_baseline_version",
    `UPDATE port_baseline_version SET authorized_ports = '[]'`,
    /^port baseline 1 has authorizedPorts /,
  ],
  [
    "baseline_approval",
    `UPDATE baseline_approval SET approved_by = 'eve'`,
    /^the approval of port baseline 1 has approvedBy/,
  ],
  [
    "sweep",
    `UPDATE sweep SET verdict = 'complete' WHERE verdict = 'partial'`,
    /^sweep \d+ has verdict "complete", and entry \d+ says "partial"/,
  ],
  [
    "sweep",
    `UPDATE sweep SET requested_by = 'eve' WHERE id = (SELECT min(id) FROM sweep)`,
    /^sweep \d+ has requestedBy "eve"/,
  ],
  [
    "sweep",
    `INSERT INTO sweep (kind, targets, vantage_id, engine, parameters, plan, plan_digest, seed, planned, scope_version, requested_by, started_at)
     SELECT kind, targets, vantage_id, engine, '{}', plan, plan_digest, seed, planned, scope_version, requested_by, started_at FROM sweep LIMIT 1`,
    /^sweep \d+ is in the table, and no entry records it/,
  ],
  [
    "coverage",
    `UPDATE coverage SET trusted = NOT trusted WHERE sweep_id = (SELECT min(sweep_id) FROM coverage)`,
    /^the coverage of sweep \d+ from .* has trusted/,
  ],
  [
    "coverage",
    `DELETE FROM coverage WHERE sweep_id = (SELECT min(sweep_id) FROM coverage)`,
    /^the coverage of sweep \d+ from .* is missing from the table/,
  ],
  [
    "coverage_set",
    `UPDATE host_state SET states = replace(states, 'tcp open', 'tcp closed')`,
    /^the coverage of \w+ is in the table, and no entry records it/,
  ],
  ["gap", `DELETE FROM gap WHERE source_id IS NULL`, /^the gap .* is missing from the table/],
  [
    "clock_step",
    `INSERT INTO clock_step (at, ahead_until, scope_version, baseline_version, entry_index)
     VALUES (now(), now() + interval '1 hour', 1, 1, 7)`,
    /^the step of the clock in entry 7 is in the table, and no entry records it/,
  ],
  [
    "finding",
    `UPDATE finding SET status = 'resolved', resolved_at = now(), resolution = 'gone' WHERE status IN ('new', 'unchanged')`,
    /^finding \d+ has status "resolved", and entry \d+ says "(new|regressed)"/,
  ],
  [
    "finding_event",
    `DELETE FROM finding_event WHERE status = 'regressed'`,
    /^finding \d+ becoming regressed at .* is missing/,
  ],
  [
    "finding_event",
    `INSERT INTO finding_event (finding_id, at, status, note) SELECT id, now(), 'resolved', 'gone' FROM finding LIMIT 1`,
    /^finding \d+ becoming resolved at .* is in the table, and no entry records it/,
  ],
] as const;

describe.each(STORE_KINDS)("the tables of a record and its log (%s)", (kind) => {
  let place: Place;
  let store: Store;
  let backup: Buffer;
  beforeAll(async () => {
    place = await freshPlace(kind, "empty");
    const { compared } = await restoreRecord(place, () => createReadStream(FIXTURE));
    expect(compared).toMatchObject({ contradicting: 0, contradictions: [] });
    store = await openStore(place);
    backup = await backupOf(store);
  }, 120_000);
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  it("agree on every table, each with rows", async () => {
    const { compared, contradicting } = await compareTables(store.db, BINDINGS);
    expect(contradicting).toBe(0);
    // No clock of this record ran ahead (test/e2e/clock-back.test.ts), and it is from before looks (looks.db.test.ts).
    // It has no source of its boundary (boundary.db.test.ts), nobody explained a gap (gaps.db.test.ts), and nothing of
    // it was pruned (retention.db.test.ts).
    // Its users have neither an app nor a passkey; src/access/io/bindings.db.test.ts compares both.
    const none = [
      ...["baseline_proposal", "clock_step", "coverage_void", "look", "boundary_source"],
      ...["identity_second_factor", "identity_passkey", "checkpoint_timestamp", "checkpoint_cosignature"],
      ...["coverage_cut", "boundary_retirement", "gap_explanation", "gap_sign_off"],
      ...["retention_policy", "legal_hold", "pruning"],
    ];
    expect(compared.filter(({ rows, table }) => rows === 0 && !none.includes(table))).toEqual([]);
  });

  it.each(TAMPERINGS)("disagree on %s after: %s", async (table, statement, problem) => {
    const undo = new Error("rolled back");
    await store
      .transaction(async (tx) => {
        await withoutTriggers(tx);
        await sql.raw(statement).execute(tx);
        const { contradictions, contradicting } = await compareTables(tx, BINDINGS);
        expect(contradicting).toBeGreaterThan(0);
        const found = contradictions.filter((each) => each.table === table).map((each) => each.problem);
        expect(found).toContainEqual(expect.stringMatching(problem));
        throw undo;
      })
      .catch((error: unknown) => {
        if (error !== undo) throw error;
      });
  });

  it("name infinite times, and are compared to the end", async () => {
    const { rows: columns } = await sql<{ table: string; column: string; type: string }>`
      SELECT table_name AS table, column_name AS column, udt_name AS type FROM information_schema.columns
      WHERE table_schema = 'public' AND udt_name IN ('timestamptz', 'tstzrange') ORDER BY 1, 2`.execute(store.db);
    const failed: string[] = [];
    let named = 0;
    for (const { table, column, type } of columns) {
      if (!BINDINGS.some((binding) => binding.table === table)) continue;
      const far = column.endsWith("_from") ? "-infinity" : "infinity";
      const value = type === "timestamptz" ? `'${far}'` : `tstzrange(lower(${column}), 'infinity')`;
      const row = `(SELECT ctid FROM ${table} ORDER BY ${type === "timestamptz" ? column : `upper(${column})`} DESC LIMIT 1)`;
      const statement = `UPDATE ${table} SET ${column} = ${value} WHERE ctid = ${row}`;
      const found = await contradictionsAfter(store, statement).catch((error: unknown) => {
        // A constraint of the table refuses it.
        if ((error as { code?: string }).code === "23514") return undefined;
        return String(error);
      });
      if (found === undefined) continue;
      if (typeof found === "string") failed.push(`${table}.${column}: ${found}`);
      else if (found.length > 0) named += 1;
    }
    // This record is from before some columns were bound, and has no row in some tables.
    expect(failed).toEqual([]);
    expect(named).toBeGreaterThan(15);
  }, 300_000);

  it.each([
    ["of this version", () => backup],
    ["of an earlier version", () => readFileSync(FIXTURE)],
  ])(
    "keep a backup %s from being restored after it was edited and sealed again",
    async (_name, content) => {
      const edited = sealedAgain(gunzipSync(content()).toString().replaceAll('"partial"', '"complete"'));
      const target = await freshPlace(kind, "empty");
      const open = () => Readable.from([edited]);
      const refusal: unknown = await restoreRecord(target, open).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: "evidence-broken" });
      expect((refusal as Error).message).toMatch(/sweep \d+ has verdict "complete", and entry \d+ says "partial"/);
      const { compared } = await restoreRecord(target, open, { acceptContradictions: true });
      expect(compared?.contradicting).toBeGreaterThan(0);
      await target.remove();
    },
    120_000,
  );
});

async function withoutTriggers(tx: Tx): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    SELECT DISTINCT c.relname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace`.execute(tx);
  for (const { name } of rows) await sql`ALTER TABLE ${sql.table(name)} DISABLE TRIGGER USER`.execute(tx);
}

async function backupOf(store: Store): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const clock = { now: () => Date.parse("2026-03-14T12:00:00Z") };
  await writeBackup({ store, clock, program: "1.2.3" }, async (chunk) => void chunks.push(chunk));
  return Buffer.concat(chunks);
}

function sealedAgain(text: string): Buffer {
  const body = `${text.trimEnd().split("\n").slice(0, -1).join("\n")}\n`;
  const sha256 = createHash("sha256").update(body).digest("hex");
  return gzipSync(`${body}${JSON.stringify({ complete: true, sha256 })}\n`);
}
