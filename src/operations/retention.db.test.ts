// @module-tag long
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { beforeAll, describe, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { filesOf, readable, type Files } from "../../test/fixtures/bundle-record.ts";
import { dayOf, simulatedRecord, simulateQuarters, type SimulatedRecord } from "../../test/six-years.ts";
import type { Tx } from "../platform/storage/index.ts";
import { verifyBundle } from "../../verifier/bundle/verify.ts";
import { compareTables, signingKey, verifyLog } from "../record/evidence/index.ts";
import { setPolicy } from "../record/retention/index.ts";
import { recordPruning } from "../record/change/index.ts";
import { BINDINGS } from "./bindings.ts";
import { createBundleExport } from "./bundle.ts";
import { createContinuity } from "./continuity.ts";
import { createHistory } from "./history.ts";
import { createRetention } from "./retention.ts";

const QUARTERS = 28;
const UNDO = new Error("rolled back");
const HELD = 2;

/** Seven years with a day of looking in each quarter; db-3's third quarter is held. All tests share the record. */
eachDatabase("a record of seven years", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let record: SimulatedRecord;
  beforeAll(async () => {
    record = await simulatedRecord(await open(), key);
    await simulateQuarters(record, QUARTERS);
  }, 600_000);

  const retention = () => createRetention({ ...record, key });
  const contradictions = async () => (await compareTables(record.store.db, BINDINGS)).contradictions;
  const count = async (from: string): Promise<number> =>
    Number((await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.raw(from)}`.execute(record.store.db)).rows[0]?.n);
  const hashOnly = () => count("evidence_entry WHERE body IS NULL");

  /** Changes the record as a superuser would, and takes it back. */
  async function after<T>(change: (tx: Tx) => Promise<unknown>, look: (tx: Tx) => Promise<T>): Promise<T> {
    let result: T | undefined;
    await record.store
      .transaction(async (tx) => {
        await sql`SET LOCAL session_replication_role = 'replica'`.execute(tx);
        await change(tx);
        result = await look(tx);
        throw UNDO;
      })
      .catch((error: unknown) => {
        if (error !== UNDO) throw error;
      });
    return result as T;
  }
  const problemsAfter = (statement: string) =>
    after(
      (tx) => sql.raw(statement).execute(tx),
      async (tx) => (await compareTables(tx, BINDINGS)).contradictions.map(({ problem }) => problem),
    );

  it("keeps what a hold keeps, says so beforehand, and deletes the rest in the end", { timeout: 120_000 }, async () => {
    expect(await contradictions()).toEqual([]);
    const from = dayOf(HELD);
    await retention().hold({ asset: "db-3", from, to: from + 3_600_000, reason: "case 1", requestedBy: "Ada" });
    const before = await retention().show();
    const sweeps = before.kinds.find(({ kind }) => kind === "sweeps");
    expect(before.holds).toBe(1);
    expect(sweeps?.held.rows["sweep"]).toBeGreaterThan(0);
    const intervals = before.kinds.find(({ kind }) => kind === "intervals");
    expect(intervals?.held.rows["endpoint_interval"]).toBeGreaterThan(0);

    const pruned = await retention().prune({ requestedBy: "jane" });
    for (const { kind, rows, entries } of pruned.kinds) {
      const said = before.kinds.find((each) => each.kind === kind)?.prunable;
      expect({ kind, rows, entries }).toMatchObject({ kind, rows: said?.rows, entries: said?.entries });
    }
    expect(await contradictions()).toEqual([]);
    const report = await verifyLog(record.store.db);
    expect(report).toMatchObject({ ok: true, problems: [], hashOnly: { entries: await hashOnly() } });
    expect(report.hashOnly?.entries).toBeGreaterThan(10);

    // The hold's day is still answered, for its own asset and from the sweeps of that day.
    const { assets, pruned: label } = await createHistory(record).at({ at: from + 600_000, asset: "db-3" });
    expect(assets[0]).toMatchObject({ answer: "known", open: [{ port: 5 }, { port: 6 }] });
    expect(label?.entry).toBeGreaterThan(0);
    // Again, there is nothing to do, and nothing is recorded.
    const size = await count("evidence_entry");
    await retention().prune({ requestedBy: "jane" });
    expect(await count("evidence_entry")).toBe(size);

    await retention().lift({ hold: 1, reason: "closed", requestedBy: "Ada" });
    const more = await retention().prune({ requestedBy: "jane" });
    expect(more.kinds.find(({ kind }) => kind === "sweeps")?.rows["sweep"]).toBeGreaterThan(0);
    expect(await contradictions()).toEqual([]);
    expect(await verifyLog(record.store.db)).toMatchObject({ ok: true });
  });

  it("tells pruned times from times without a sweep", { timeout: 60_000 }, async () => {
    const history = createHistory(record);
    const at = dayOf(1) + 600_000;
    const { pruned, assets } = await history.at({ at, asset: "web-1" });
    expect(assets[0]).toMatchObject({
      answer: "unknown",
      note: `pruned by retention until ${pruned?.until} (entry ${pruned?.entry})`,
    });
    const entry = pruned?.entry ?? 0;
    const { rows } = await sql<{ type: string }>`SELECT type FROM evidence_entry WHERE index = ${entry}`.execute(
      record.store.db,
    );
    expect(rows).toEqual([{ type: "rows-pruned" }]);
    // Within the time that is kept, nobody looked in most of a quarter.
    const later = await history.at({ at: dayOf(20) + 30 * 86_400_000, asset: "web-1" });
    expect(later.assets[0]).toMatchObject({ answer: "unknown", note: "nobody looked in time" });
    expect(later).not.toHaveProperty("pruned");
    const known = await history.at({ at: dayOf(20) + 600_000, asset: "web-1" });
    expect(known.assets[0]).toMatchObject({
      answer: "known",
      open: [{ port: 5, since: new Date(dayOf(0)).toISOString() }, { port: 6 }],
    });

    const gaps = await history.gaps({ from: dayOf(1), to: dayOf(2), asset: "web-1" });
    expect(gaps.assets[0]?.gaps[0]?.cause).toContain(`pruned by retention`);
    const life = await history.endpoint({ host: "web-1", transport: "tcp", port: 5, from: dayOf(1), to: dayOf(27) });
    expect(life.pruned).toEqual(pruned);
    const { targets } = await createContinuity(record).show({
      from: dayOf(1),
      to: dayOf(1) + 86_400_000,
      timeZone: "UTC",
    });
    expect(targets[0]?.days[0]?.reasons?.join()).toContain("pruned by retention");
    expect(await history.diff({ from: dayOf(1), to: dayOf(20) })).toMatchObject({ pruned, compared: 0 });
    // As known then: the sweep that first saw port 5 was pruned, and what it began still holds.
    const then = await history.at({ at: dayOf(20) + 600_000, asset: "web-1", known: "then" });
    expect(then.assets[0]?.open).toMatchObject([{ port: 5 }, { port: 6 }]);
  });

  it(
    "exports a bundle across the cut-off that counts hash-only entries, and misses no other",
    { timeout: 120_000 },
    async () => {
      const home = await mkdtemp(join(tmpdir(), "across-"));
      const exportBundle = createBundleExport({ ...record, key, home, version: "0" });
      const exported = await exportBundle({ from: dayOf(0), to: dayOf(8) });
      const files = await filesOf(exported.content);
      const verify = async (given: Files) => (await verifyBundle(readable(given))).report;
      const { pruned } = JSON.parse(Buffer.from(files.get("manifest.json") ?? []).toString()) as { pruned: number[] };
      expect(pruned).toHaveLength(await hashOnly());
      const report = await verify(files);
      expect(report.problems).toEqual([]);
      expect(report.unchecked).toContain(`Hash only: ${pruned.length}, pruned by retention.`);
      // An entry that is left out without being pruned is still named.
      const lines = Buffer.from(files.get("log/entries.jsonl") ?? [])
        .toString()
        .split("\n");
      const without = lines.toSpliced(lines.length - 5, 1).join("\n");
      const { problems } = await verify(new Map([...files, ["log/entries.jsonl", Buffer.from(without)]]));
      expect(problems.map(({ problem }) => problem).join()).toContain("is missing");
    },
  );

  describe("after a pruning, verify names", () => {
    it.each([
      [
        "a state that still holds and was deleted",
        "DELETE FROM endpoint_interval WHERE upper_inf(during) AND lower(during) < '2020-06-01'",
        /since 2020-01-01T12:00:00.000Z is missing/,
      ],
      [
        "a service that still holds and was deleted",
        "DELETE FROM service_interval WHERE upper_inf(during) AND lower(during) < '2020-06-01'",
        /is missing/,
      ],
      ["a sweep that was kept and deleted", "DELETE FROM sweep WHERE id = (SELECT max(id) FROM sweep)", /is missing/],
      ["a look that was kept and deleted", "DELETE FROM look WHERE id = (SELECT min(id) FROM look)", /is missing/],
      [
        "coverage that was deleted",
        "DELETE FROM coverage WHERE sweep_id = (SELECT max(sweep_id) FROM coverage)",
        /is missing/,
      ],
      [
        "an interval that comes back",
        "INSERT INTO endpoint_interval SELECT endpoint_id, vantage_id, state, tstzrange('2020-01-01T12:00:00Z', '2020-04-01T12:00:00Z'), 1, 2 FROM endpoint_interval AS i JOIN endpoint AS e ON e.id = i.endpoint_id WHERE port = 6 AND upper_inf(during)",
        /says that it was pruned|no entry records it/,
      ],
      [
        "a sweep that comes back",
        "INSERT INTO sweep (id, kind, targets, vantage_id, engine, parameters, plan, plan_digest, seed, planned, scope_version, requested_by, started_at, ended_at, verdict, recorded_at) OVERRIDING SYSTEM VALUE SELECT 1, kind, targets, vantage_id, engine, parameters, plan, plan_digest, seed, planned, scope_version, requested_by, '2020-01-01', '2020-01-02', verdict, '2020-01-02' FROM sweep WHERE id = (SELECT max(id) FROM sweep)",
        /sweep 1 is in the table, and no entry records it/,
      ],
      [
        "a finding that comes back",
        "INSERT INTO finding (id, fingerprint, kind, vantage_id, subject, summary, status, opened_at, last_seen_at) OVERRIDING SYSTEM VALUE SELECT 1, 'x', kind, vantage_id, subject, summary, 'new', opened_at, last_seen_at FROM finding WHERE id = (SELECT max(id) FROM finding)",
        /finding 1 is in the table, and no entry records it/,
      ],
      ["a pruning that says something else", "UPDATE pruning SET until = until + interval '1 year'", /until/],
      ["a pruning that is gone", "DELETE FROM pruning", /the pruning in entry [0-9]+ is missing/],
      ["a hold that is gone", "DELETE FROM legal_hold", /legal hold 1 is missing/],
      ["a hold of another asset", "UPDATE legal_hold SET asset = 'web-1'", /asset/],
    ])("%s", { timeout: 60_000 }, async (_what, statement, expected) => {
      expect((await problemsAfter(statement)).join("\n")).toMatch(expected);
    });

    const problemsOfLog = (statement: string) =>
      after(
        (tx) => sql.raw(statement).execute(tx),
        async (tx) => (await verifyLog(tx)).problems.map(({ problem }) => problem),
      );
    const first = "(SELECT min(index) FROM evidence_entry WHERE body IS NULL)";
    it.each([
      [
        "a body that no pruning names",
        "UPDATE evidence_entry SET body = NULL WHERE index = (SELECT max(index) FROM evidence_entry WHERE type = 'states-changed')",
        /Entry [0-9]+ has no body, and no entry says that retention pruned it/,
      ],
      [
        "the type of a pruned entry",
        `UPDATE evidence_entry SET type = 'signed-in' WHERE index = ${first}`,
        /have other numbers, types, times or hashes/,
      ],
      [
        "the time of a pruned entry",
        `UPDATE evidence_entry SET recorded_at = recorded_at + interval '1 day' WHERE index = ${first}`,
        /have other numbers, types, times or hashes/,
      ],
      [
        "the hash of a pruned entry",
        `UPDATE evidence_entry SET leaf_hash = sha256('x') WHERE index = ${first}`,
        /another root/,
      ],
      [
        "a body that comes back",
        `UPDATE evidence_entry SET body = '{}' WHERE index = ${first}`,
        /has its body, and entry [0-9]+ says that retention pruned it/,
      ],
      [
        "the entry of a pruning",
        'UPDATE evidence_entry SET body = replace(body, \'"kind":"access"\', \'"kind":"sweeps"\') WHERE type = \'rows-pruned\'',
        /states what was pruned, is not the one in the log/,
      ],
    ])("%s", { timeout: 60_000 }, async (_what, statement, expected) => {
      expect((await problemsOfLog(statement)).join("\n")).toMatch(expected);
    });
  });

  it("lets nothing go outside a pruning, and no entry that later answers need", { timeout: 60_000 }, async () => {
    const { store } = record;
    for (const statement of [
      "DELETE FROM look",
      "DELETE FROM coverage",
      "DELETE FROM coverage_set",
      "DELETE FROM host_state",
      "DELETE FROM finding_event",
      "UPDATE evidence_entry SET body = NULL",
      "UPDATE look SET covered_to = covered_to",
      "DELETE FROM pruning",
      "UPDATE legal_hold SET lifted_at = now(), lifted_by = 'x', lift_reason = 'x'",
    ]) {
      await expect(sql.raw(statement).execute(store.db), statement).rejects.toThrow(/refused/);
    }
    const forgetting = (indexes: readonly number[]) =>
      recordPruning({ store, key }, record.clock.now(), async (change) => {
        await change.forget(indexes);
        return true;
      });
    await expect(forgetting([0])).rejects.toThrow(/kept for good/);
    const pruned = (await retention().show()).kinds[0]?.last?.entry ?? 0;
    await expect(forgetting([pruned])).rejects.toThrow(/kept for good/);
    const { rows } = await sql<{ index: number }>`
      SELECT index FROM evidence_entry WHERE type = 'signed-in' OR type = 'evidence-read' ORDER BY index DESC LIMIT 1`.execute(
      store.db,
    );
    await expect(forgetting([Number(rows[0]?.index)])).rejects.toThrow(/comes with the entry/);
    // In a pruning, too, an entry cannot be rewritten.
    await expect(
      recordPruning({ store, key }, record.clock.now(), async ({ tx }) => {
        await sql`UPDATE evidence_entry SET type = 'signed-in', body = NULL WHERE index = 3`.execute(tx);
        return undefined;
      }),
    ).rejects.toThrow(/refused/);
  });

  it("keeps the latest coverage and what it saw, however old", { timeout: 120_000 }, async () => {
    record.until(dayOf(QUARTERS + 40));
    await retention().prune({ requestedBy: "jane" });
    expect(await count("sweep")).toBeGreaterThan(0);
    expect(await count("coverage WHERE trusted")).toBeGreaterThan(0);
    expect(await count("endpoint_interval WHERE NOT upper_inf(during)")).toBe(0);
    expect(await count("endpoint_interval WHERE upper_inf(during)")).toBeGreaterThan(0);
    expect(await count("finding WHERE status <> 'resolved'")).toBe(await count("finding"));
    expect(await contradictions()).toEqual([]);
    expect(await verifyLog(record.store.db)).toMatchObject({ ok: true });
    // Later sweeps continue the record.
    await record.look(({ port }) => port === 5 || port === 6 || port === 21);
    expect(await contradictions()).toEqual([]);
  });

  it("refuses to lift a hold that does not exist or was lifted", async () => {
    const lift = (hold: number) => retention().lift({ hold, reason: "r", requestedBy: "Ada" });
    await expect(lift(99)).rejects.toThrow(/no legal hold 99/);
    await expect(lift(1)).rejects.toThrow(/was lifted by Ada/);
    expect((await retention().holds()).holds).toMatchObject([{ hold: 1, lifted: { by: "Ada" } }]);
  });

  it("refuses a policy that is too short by mistake, or would answer wrongly", async () => {
    const set = (periods: object, allowShort = false) =>
      setPolicy({ ...record }, record.clock.now(), { periods, reason: "r", by: "jane", allowShort });
    await expect(set({ access: 11 })).rejects.toThrow(/less than a year/);
    await expect(set({ sweeps: 84 })).rejects.toThrow(/States would be kept for 6 years/);
    await expect(set({ access: 0 }, true)).rejects.toThrow(/0 months/);
    await expect(set({ access: 72 })).rejects.toThrow(/says so already/);
    expect((await set({ access: 11 }, true)).periods).toEqual({ sweeps: 72, intervals: 72, findings: 72, access: 11 });
    expect((await set({ sweeps: 24 })).set?.version).toBe(2);
    expect(await contradictions()).toEqual([]);
  });
});
