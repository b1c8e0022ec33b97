import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BUCKET_KEY, serveBucket, type TestBucket } from "../../test/bucket-server.ts";
import { eachDatabase } from "../../test/databases.ts";
import { recordChange, signHead } from "../record/change/index.ts";
import { appendEntries, beginLog, signCheckpoint } from "../record/change/io/log-store.ts";
import { loadOrCreateKey, logHead, signingKey, type SigningKey } from "../record/evidence/index.ts";
import { recordRestore } from "../record/lineage/index.ts";
import { createPublisher, forgetLast, notesIn, type Destination } from "../record/publication/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { against } from "./against.ts";
import { createNow } from "./health.ts";
import { compareWithPublished, configuredDestinations, lostWithRestore, rememberNewest } from "./published.ts";
import { rotateKey } from "./rotate-key.ts";
import { signingKeyOf } from "./signing-key.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const HOUR = 3_600_000;
const clock = { now: () => NOON };

eachDatabase("a record that opens", (open) => {
  let home: string;
  let outside: string;
  let key: SigningKey;
  let destinations: Destination[];
  let bucket: TestBucket;

  beforeAll(async () => {
    bucket = await serveBucket(clock.now);
  });
  afterAll(() => bucket.close());

  const entry = (worker: number, reason: string) =>
    ({ type: "worker-left", at: NOON + worker * HOUR, data: { worker, reason } }) as const;

  /** A log of so many entries, signed after every second one; the same arguments give the same bytes. */
  async function history(
    store: Store,
    size: number,
    { by = key, origin = "portolan/test", parts = 99 } = {},
  ): Promise<void> {
    await store.transaction(async (tx) => {
      await beginLog(tx, { key: by, at: NOON, origin });
      for (let at = 1; at < size; at += 1) {
        await appendEntries(tx, [entry(at, at < parts ? "stopped" : "another history")]);
        if (at % 2 === 1) await signCheckpoint(tx, by, NOON + at * HOUR);
      }
    });
  }

  async function publish(store: Store): Promise<void> {
    const publisher = createPublisher({ store, clock, destinations, onChange: unexpected, onProblem: unexpected });
    await publisher.turn();
    await rememberNewest(store, home);
  }
  const unexpected = (what: unknown): never => {
    throw new Error(`unexpected: ${JSON.stringify(what)}`);
  };
  const start = (store: Store) => compareWithPublished(store, { home, destinations });
  const append = (store: Store) => recordChange({ store, key }, NOON, (change) => change.append(entry(50, "appended")));

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "portolan-published-"));
    outside = join(home, "outside");
    mkdirSync(outside);
    key = loadOrCreateKey(home);
    bucket.objects.clear();
    const repository = join(home, "evidence.git");
    execFileSync("git", ["init", "--quiet", "--bare", repository]);
    const places = {
      directory: outside,
      git: { repository, branch: "main" },
      bucket: { ...BUCKET_KEY, endpoint: bucket.url, bucket: "evidence", lock: "compliance", retainDays: 30 } as const,
    };
    destinations = configuredDestinations({ allow: ["127.0.0.1"], ...places }, { home, clock });
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  /** Where the newest checkpoint is known from: the home alone, or a destination alone. */
  const PLACES = [
    ["the home", () => (destinations = [])],
    ["a directory", () => forgetLast(home)],
    ["a git repository", () => onlyIn(/^git /)],
    ["a bucket", () => onlyIn(/^bucket /)],
  ] as const;
  function onlyIn(kind: RegExp): void {
    forgetLast(home);
    destinations = destinations.filter(({ name }) => kind.test(name));
    expect(destinations).toHaveLength(1);
  }

  it("is that of the checkpoints outside, before and after it grows", async () => {
    const store = await open();
    await history(store, 8);
    await publish(store);
    expect(await start(store)).toBeUndefined();
    await append(store);
    expect(await start(store)).toBeUndefined();
    expect(await against(store, home, notesIn(outside))).toMatchObject({ ok: true, compared: 1, contained: 1 });
  });

  describe.each(PLACES)("with the newest checkpoint in %s", (_where, only) => {
    it("is an older database put in place of a newer one: told, held, and not continued", async () => {
      const newer = await open();
      await history(newer, 12);
      await publish(newer);
      only();
      const older = await open();
      await history(older, 8);
      const hold = await start(older);
      expect(hold).toMatchObject({ verdict: "rolled-back" });
      expect(hold?.problem).toMatch(
        /earlier state of the log: it ends after 8 entries, and entries 8 to 11, which were signed/,
      );
      await expect(append(older)).rejects.toMatchObject({ code: "evidence-broken", next: hold?.next });
      await expect(createNow(older).ready()).rejects.toThrow(/earlier state/);
      expect((await logHead(older.db)).size).toBe(8);
      // The newer one back in place is as it was.
      expect(await start(newer)).toBeUndefined();
      await append(newer);
    });

    it("is a log whose end was cut off: rows of the database know of what followed", async () => {
      const store = await open();
      await history(store, 12);
      await publish(store);
      only();
      const short = await open();
      await history(short, 8);
      const { frontier } = await short.db.selectFrom("evidence_head").select("frontier").executeTakeFirstOrThrow();
      for (const table of ["evidence_entry", "evidence_checkpoint"])
        await sql`ALTER TABLE ${sql.table(table)} DISABLE TRIGGER USER`.execute(store.db);
      await sql`DELETE FROM evidence_entry WHERE index >= 8`.execute(store.db);
      await sql`DELETE FROM evidence_checkpoint WHERE size > 8`.execute(store.db);
      await store.db.updateTable("evidence_head").set({ size: 8, frontier }).execute();
      if (destinations.length === 0) {
        // Nothing was sent: another row remains that is of a later time.
        await sql`INSERT INTO checkpoint_sent VALUES ('elsewhere', 12, now())`.execute(store.db);
      }
      const hold = await start(store);
      expect(hold).toMatchObject({ verdict: "tail-cut" });
      expect(hold?.problem).toMatch(/entries 8 to 11, which were signed, are missing, but checkpoint_sent says/);
      await expect(append(store)).rejects.toMatchObject({ code: "evidence-broken" });
      for (const table of ["evidence_entry", "evidence_checkpoint"])
        await sql`ALTER TABLE ${sql.table(table)} ENABLE TRIGGER USER`.execute(store.db);
    });

    it("is another log, signed with another key", async () => {
      const genuine = await open();
      await history(genuine, 12);
      await publish(genuine);
      only();
      const stranger = signingKey(generateKeyPairSync("ed25519").privateKey)!;
      const forged = await open();
      await history(forged, 20, { by: stranger });
      expect(await start(forged)).toMatchObject({ verdict: "replaced" });
      const renamed = await open();
      await history(renamed, 20, { origin: "portolan/other" });
      expect(await start(renamed)).toMatchObject({ verdict: "replaced" });
    });

    it("is one of two histories that were signed with one key", async () => {
      const genuine = await open();
      await history(genuine, 12);
      await publish(genuine);
      only();
      const other = await open();
      await history(other, 16, { parts: 6 });
      const hold = await start(other);
      expect(hold).toMatchObject({ verdict: "forked" });
      await expect(append(other)).rejects.toMatchObject({ code: "evidence-broken" });
    });

    it("is a restored backup, which is not an attack: the lost entries are named", async () => {
      const original = await open();
      await history(original, 12);
      await publish(original);
      const notes = notesIn(outside);
      const restored = await open();
      await history(restored, 8);
      expect(await lostWithRestore(restored, { home, destinations })).toEqual({ lost: 12, known: 1 });
      only();
      await recordRestore(restored, NOON, { backupOf: "2026-03-14T12:00:00Z", lost: 12 });
      expect(await start(restored)).toBeUndefined();
      await append(restored);
      expect(await against(restored, home, notes)).toMatchObject({
        ok: true,
        contained: 0,
        found: [{ verdict: "superseded", size: 12 }],
        lost: [{ from: 8, to: 11, restore: 8, generation: 2 }],
      });
    });
  });

  it("publishes beside the checkpoints of the end that a restore left out, though they have the same sizes", async () => {
    const original = await open();
    await history(original, 12);
    await publish(original);
    const restored = await open();
    await history(restored, 8);
    const { lost, known } = await lostWithRestore(restored, { home, destinations });
    expect(await recordRestore(restored, NOON, { backupOf: "2026-03-14T12:00:00Z", lost, known })).toMatchObject({
      generation: 2,
    });
    expect(await start(restored)).toBeUndefined();
    for (let more = 0; more < 3; more += 1) await append(restored);
    expect((await signHead({ store: restored, key }, NOON)).size).toBe(12);
    await publish(restored);
    expect(await start(restored)).toBeUndefined();
    const judged = await against(restored, home, notesIn(outside));
    expect(judged).toMatchObject({ ok: true, compared: 2, contained: 1, found: [{ verdict: "superseded", size: 12 }] });
    // The same backup, restored once more: a third generation, in which the second one is superseded too.
    const again = await open();
    await history(again, 8);
    const facts = await lostWithRestore(again, { home, destinations });
    expect(facts).toEqual({ lost: 12, known: 2 });
    expect(await recordRestore(again, NOON, { backupOf: "2026-03-14T12:00:00Z", ...facts })).toMatchObject({
      generation: 3,
    });
    expect(await start(again)).toBeUndefined();
  });

  it("stays held for a command that does not ask the destinations, and is released when they agree again", async () => {
    onlyIn(/^directory /);
    const newer = await open();
    await history(newer, 12);
    await publish(newer);
    forgetLast(home);
    const older = await open();
    await history(older, 8);
    await start(older);
    expect(await compareWithPublished(older, { home, destinations: [] })).toMatchObject({ verdict: "rolled-back" });
    await rememberNewest(older, home);
    rmSync(outside, { recursive: true });
    mkdirSync(outside);
    expect(await start(older)).toBeUndefined();
    await append(older);
  });

  it("goes by checkpoints of either key after a rotation in the middle of the period", async () => {
    const store = await open();
    await history(store, 8);
    await publish(store);
    await rotateKey({ store, key, home, clock }, { requestedBy: "jane", destroyPrevious: false });
    await publish(store);
    expect(notesIn(outside)).toHaveLength(2);
    expect(await start(store)).toBeUndefined();
    expect(await against(store, home, notesIn(outside))).toMatchObject({ ok: true, contained: 2 });
    // The new key alone signed the last one. An older database does not know it, but the home has both.
    await append(store);
    await signHead({ store, key: await signingKeyOf(store, home) }, NOON);
    await publish(store);
    const before = await open();
    await history(before, 8);
    expect(await start(before)).toMatchObject({ verdict: "rolled-back" });
  });

  it("is refused if the database is empty and the home knows a log", async () => {
    const store = await open();
    await history(store, 8);
    await rememberNewest(store, home);
    await expect(start(await open())).rejects.toMatchObject({
      code: "conflict",
      next: "Put the database back, or restore a backup: portolan restore. To begin another record, use another PORTOLAN_HOME.",
    });
  });
});
