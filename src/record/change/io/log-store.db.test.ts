import { generateKeyPairSync } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { beforeAll, describe, expect, it } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import { Fault } from "../../../model/index.ts";
import type { UntypedEntry } from "../../../model/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import type { Tx } from "../../../platform/storage/tables.ts";
import { checkNote, emptyTree, parseNote, parseVerifierKey, verifierKey } from "@portolan/verifier";
import type { LogProblem, VerifyReport } from "@portolan/verifier";
import {
  logHead,
  readCheckpoints,
  readEntries,
  signingKey,
  storedEntry,
  verifyLog,
  type SigningKey,
} from "../../evidence/index.ts";
import { appendEntries, beginLog, signCheckpoint } from "./log-store.ts";

const AT = Date.UTC(2026, 2, 14, 9);
const KEY = newKey();

function newKey(): SigningKey {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey);
  if (key === undefined) throw new Error("not an Ed25519 key");
  return key;
}

function entries(count: number, from = 0): UntypedEntry[] {
  return Array.from({ length: count }, (_, offset) => ({
    type: "sweep-finished",
    at: AT + (from + offset) * 1_000,
    data: { sweep: from + offset, verdict: "complete" },
  }));
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Fault) return error;
  throw new Error("no fault", { cause: error });
}

/** 30 entries, signed at 8, 20 and 30. */
async function soundLog(tx: Tx): Promise<void> {
  await beginLog(tx, { key: KEY, at: AT });
  for (const [from, count] of [
    [1, 7],
    [8, 12],
    [20, 10],
  ] as const) {
    await appendEntries(tx, entries(count, from));
    await signCheckpoint(tx, KEY, AT + from);
  }
}

/** Runs `work` in a transaction that is rolled back, so that many tests can share one database. */
async function inside<T>(store: Store, work: (tx: Tx) => Promise<T>): Promise<T> {
  const results: T[] = [];
  const undo = new Error("rolled back");
  await store
    .transaction(async (tx) => {
      results.push(await work(tx));
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  const [result] = results;
  if (results.length !== 1) throw new Error("the transaction did not run once");
  return result as T;
}

/** Does what a database superuser can do: the triggers are off. */
async function tamper(tx: Tx, ...statements: ReturnType<typeof sql>[]): Promise<void> {
  for (const table of ["evidence_entry", "evidence_checkpoint"]) {
    await sql`ALTER TABLE ${sql.table(table)} DISABLE TRIGGER USER`.execute(tx);
  }
  for (const statement of statements) await statement.execute(tx);
}

const brief = ({ kind, entry, checkpoint }: LogProblem): unknown[] => [kind, entry, checkpoint];

eachDatabase("evidence log", (open) => {
  let empty: Store;
  let sound: Store;
  beforeAll(async () => {
    [empty, sound] = await Promise.all([open(), open()]);
    await sound.transaction(soundLog);
  });

  describe("appending", () => {
    it("begins with log-created, which names the log and the key", async () => {
      await inside(empty, async (tx) => {
        await beginLog(tx, { key: KEY, at: AT });
        const [first] = await collect(readEntries(tx));
        const body = JSON.parse(first?.body ?? "") as { data: { origin: string; keyId: string; publicKey: string } };
        expect(first).toMatchObject({ index: 0, type: "log-created", recordedAt: AT });
        expect(verifierKey(body.data.origin, KEY.publicKey).id).toBe(body.data.keyId);
        expect(body.data.publicKey).toBe(Buffer.from(KEY.publicKey).toString("base64"));
        await beginLog(tx, { key: KEY, at: AT });
        expect(await logHead(tx)).toMatchObject({ size: 1, origin: body.data.origin });
      });
    });

    it("numbers without gaps, in order, and tells where", async () => {
      await inside(empty, async (tx) => {
        await beginLog(tx, { key: KEY, at: AT });
        expect(await appendEntries(tx, entries(3))).toEqual({ first: 1, size: 4 });
        expect(await appendEntries(tx, [])).toEqual({ first: 4, size: 4 });
        expect(await appendEntries(tx, entries(2_500))).toEqual({ first: 4, size: 2_504 });
        const all = await collect(readEntries(tx));
        expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 2_504 }, (_, index) => index));
        expect(await verifyLog(tx)).toMatchObject({ ok: true, entries: 2_504, checkpoints: 0, signedSize: 0 });
      });
    });

    it("leaves nothing behind when its transaction does not commit", async () => {
      const before = await logHead(sound.db);
      const change = sound.transaction(async (tx) => {
        await appendEntries(tx, entries(3, 30));
        await signCheckpoint(tx, KEY, AT);
        throw new Error("the change itself failed");
      });
      await expect(change).rejects.toThrow("the change itself failed");
      expect(await logHead(sound.db)).toEqual(before);
      expect(await verifyLog(sound.db)).toMatchObject({ ok: true, entries: 30, checkpoints: 3 });
    });

    it("leaves nothing behind when one of several entries is refused", async () => {
      const bad: UntypedEntry = { type: "gap-recorded", at: AT, data: { seconds: Number.NaN } };
      const change = sound.transaction((tx) => appendEntries(tx, [...entries(2, 30), bad]));
      expect(await faultOf(change)).toMatchObject({ code: "conflict", place: "data.seconds" });
      expect(await verifyLog(sound.db)).toMatchObject({ ok: true, entries: 30 });
    });

    it("gives simultaneous writers one gapless sequence, the first ones included", async () => {
      const store = await open();
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        for (let round = 0; round < 5; round += 1) {
          await store.transaction(async (tx) => {
            await beginLog(tx, { key: KEY, at: AT });
            await appendEntries(tx, entries(1 + (round % 3), writer * 100 + round));
            await signCheckpoint(tx, KEY, AT);
          });
        }
      });
      await Promise.all(writers);
      const report = await verifyLog(store.db);
      expect(report).toMatchObject({ ok: true, entries: 1 + 8 * (1 + 2 + 3 + 1 + 2), checkpoints: 40 });
    });

    it("waits for a writer that has not committed, and continues after it", async () => {
      const store = await open();
      await store.transaction((tx) => beginLog(tx, { key: KEY, at: AT }));
      const order: string[] = [];
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      const { promise: locked, resolve: announce } = Promise.withResolvers<void>();
      const first = store.transaction(async (tx) => {
        await appendEntries(tx, entries(2));
        announce();
        await held;
        order.push("first");
      });
      await locked;
      const second = store
        .transaction((tx) => appendEntries(tx, entries(1)))
        .then((where) => {
          order.push("second");
          return where;
        });
      // Long enough for the second to get as far as the lock; too short only makes the test weaker.
      await sleep(50);
      release();
      await first;
      expect(await second).toEqual({ first: 3, size: 4 });
      expect(order).toEqual(["first", "second"]);
    });

    it("is refused before the log is begun, and names the commands that begin it", async () => {
      const next = expect.stringContaining("beginLog") as string;
      const change = empty.transaction((tx) => appendEntries(tx, entries(1)));
      expect(await faultOf(change)).toMatchObject({ code: "conflict", next });
      expect(await faultOf(empty.transaction((tx) => signCheckpoint(tx, KEY, AT)))).toMatchObject({ code: "conflict" });
      const rootHash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
      expect(await logHead(empty.db)).toEqual({ size: 0, rootHash, latestCheckpoint: undefined });
      expect(await verifyLog(empty.db)).toMatchObject({ ok: true, entries: 0 });
    });

    it.each([
      ["the tail was cut", sql`DELETE FROM evidence_entry WHERE index >= 25`],
      ["the head was set back", sql`UPDATE evidence_head SET size = 25`],
      ["the head lost a hash", sql`UPDATE evidence_head SET frontier = substring(frontier from 33)`],
    ])("is refused when %s, rather than continuing a broken log", async (_, statement) => {
      const fault = await inside(sound, async (tx) => {
        await tamper(tx, statement);
        return faultOf(appendEntries(tx, entries(1)));
      });
      expect(fault).toMatchObject({ code: "evidence-broken" });
      expect(fault.next).toContain("portolan evidence verify");
    });

    it("refuses a name for the log that no key can have", async () => {
      const begun = empty.transaction((tx) => beginLog(tx, { key: KEY, at: AT, origin: "two words" }));
      expect(await faultOf(begun)).toMatchObject({ code: "config-invalid" });
    });
  });

  it.each([
    ["an entry changed", sql`UPDATE evidence_entry SET body = '{}' WHERE index = 3`],
    ["an entry deleted", sql`DELETE FROM evidence_entry WHERE index = 3`],
    ["the entries truncated", sql`TRUNCATE evidence_entry CASCADE`],
    ["a checkpoint changed", sql`UPDATE evidence_checkpoint SET note = ''`],
    ["a checkpoint deleted", sql`DELETE FROM evidence_checkpoint`],
  ])("is append-only: the database refuses to have %s", async (_, statement) => {
    await expect(statement.execute(sound.db)).rejects.toThrow("append-only");
    expect(await verifyLog(sound.db)).toMatchObject({ ok: true });
  });

  describe("checkpoints", () => {
    it("are C2SP notes that verify with the key that the report names", async () => {
      const { keys } = await verifyLog(sound.db);
      const [key] = keys.map(parseVerifierKey);
      const checkpoints = await collect(readCheckpoints(sound.db));
      expect(checkpoints.map(({ size }) => size)).toEqual([8, 20, 30]);
      for (const { note, keyId } of checkpoints) {
        const parsed = parseNote(note);
        expect(parsed && key && (await checkNote(parsed, [key])).outcome).toBe("verified");
        expect(keyId).toBe(key?.id);
      }
      expect((await logHead(sound.db)).latestCheckpoint).toEqual({ ...checkpoints[2], signedUpTo: AT + 29_000 });
    });

    it("are not written twice while the log stays as it is", async () => {
      const again = await sound.transaction((tx) => signCheckpoint(tx, KEY, AT + 86_400_000));
      expect((await logHead(sound.db)).latestCheckpoint).toMatchObject(again);
      expect(await collect(readCheckpoints(sound.db))).toHaveLength(3);
    });

    it("are not signed with a key that the log does not name", async () => {
      const other = newKey();
      const place = "keys/evidence.pem";
      const signing = sound.transaction((tx) => signCheckpoint(tx, other, AT));
      expect(await faultOf(signing)).toMatchObject({ code: "conflict", place });
      const beginning = sound.transaction((tx) => beginLog(tx, { key: other, at: AT }));
      expect(await faultOf(beginning)).toMatchObject({ code: "conflict", place });
      expect(await collect(readCheckpoints(sound.db))).toHaveLength(3);
    });
  });

  it("is read in pages, any part of it in order", async () => {
    for (const pageRows of [1, 3, 30, 1_000]) {
      const part = await collect(readEntries(sound.db, { first: 4, end: 21, pageRows }));
      expect(part.map(({ index }) => index)).toEqual(Array.from({ length: 17 }, (_, index) => index + 4));
      expect(await collect(readCheckpoints(sound.db, { largest: 20, pageRows }))).toHaveLength(2);
      expect(await verifyLog(sound.db, { pageRows })).toMatchObject({ ok: true, entries: 30, checkpoints: 3 });
    }
  });

  it("lets timers and sockets run while it is verified", async () => {
    let turns = 0;
    let verified = false;
    const count = (): void => {
      turns += 1;
      if (!verified) setImmediate(count);
    };
    setImmediate(count);
    await verifyLog(sound.db, { pageRows: 3 });
    verified = true;
    expect(turns).toBeGreaterThanOrEqual(10);
  });

  describe("verification names changes that bypassed the triggers", () => {
    function verifyAfter(...statements: ReturnType<typeof sql>[]): Promise<VerifyReport> {
      return inside(sound, async (tx) => {
        await tamper(tx, ...statements);
        return verifyLog(tx);
      });
    }

    it("one byte of one body", async () => {
      const report = await verifyAfter(
        sql`UPDATE evidence_entry SET body = overlay(body placing 'C' from position('complete' in body)) WHERE index = 11`,
      );
      expect(report.problems.map(brief)).toEqual([["entry-altered", 11, undefined]]);
      expect(report.problems[0]?.problem).toContain("the body was altered");
    });

    it("one byte of one leaf hash", async () => {
      const report = await verifyAfter(
        sql`UPDATE evidence_entry SET leaf_hash = set_byte(leaf_hash, 0, (get_byte(leaf_hash, 0) + 1) % 256) WHERE index = 11`,
      );
      expect(report.problems.map(brief)).toEqual([["entry-altered", 11, undefined]]);
      expect(report.problems[0]?.problem).toContain("the leaf hash was altered");
    });

    it("a row deleted in the middle", async () => {
      const report = await verifyAfter(sql`DELETE FROM evidence_entry WHERE index = 11`);
      expect(report.problems.map(brief)).toEqual([["entry-missing", 11, undefined]]);
    });

    it("the tail deleted", async () => {
      const report = await verifyAfter(sql`DELETE FROM evidence_entry WHERE index >= 25`);
      expect(report.problems.map(brief)).toEqual([
        ["tail-missing", 25, 30],
        ["head-mismatch", undefined, undefined],
      ]);
    });

    it("the tail deleted with its checkpoint and the head set back: only by a checkpoint kept elsewhere", async () => {
      const kept = (await logHead(sound.db)).latestCheckpoint?.note ?? "";
      const tree = emptyTree();
      for await (const { leafHash } of readEntries(sound.db, { end: 20 })) tree.append(leafHash);
      await inside(sound, async (tx) => {
        await tamper(
          tx,
          sql`DELETE FROM evidence_entry WHERE index >= 20`,
          sql`DELETE FROM evidence_checkpoint WHERE size > 20`,
          sql`UPDATE evidence_head SET size = 20, frontier = ${Buffer.from(tree.frontier())}`,
        );
        expect(await verifyLog(tx)).toMatchObject({ ok: true, entries: 20 });
        const held = await verifyLog(tx, { heldElsewhere: [kept] });
        expect(held.problems.map(brief)).toEqual([["tail-missing", 20, 30]]);
      });
    });

    it("two rows swapped", async () => {
      const report = await verifyAfter(
        sql`UPDATE evidence_entry SET index = 1000 WHERE index = 3`,
        sql`UPDATE evidence_entry SET index = 3 WHERE index = 12`,
        sql`UPDATE evidence_entry SET index = 12 WHERE index = 1000`,
      );
      expect(report.problems[0]).toMatchObject({ kind: "entry-contradicts", entry: 3 });
      expect(report.problems[0]?.problem).toContain("entry 12");
    });

    it("body and leaf hash altered to fit each other: between which checkpoints", async () => {
      const other = storedEntry(
        { type: "sweep-finished", at: AT + 11_000, data: { sweep: 11, verdict: "partial" } },
        11,
      );
      const report = await verifyAfter(
        sql`UPDATE evidence_entry SET body = ${other.body}, leaf_hash = ${Buffer.from(other.leafHash)} WHERE index = 11`,
      );
      expect(report.problems.map(brief)).toEqual([["checkpoint-mismatch", 8, 20]]);
      expect(report.problems[0]?.problem).toContain("one of the entries 8 to 19");
    });

    it("type or time beside a body changed", async () => {
      const report = await verifyAfter(
        sql`UPDATE evidence_entry SET type = 'gap-recorded' WHERE index = 5`,
        sql`UPDATE evidence_entry SET recorded_at = recorded_at + interval '1 day' WHERE index = 6`,
      );
      expect(report.problems.map(brief)).toEqual([
        ["entry-contradicts", 5, undefined],
        ["entry-contradicts", 6, undefined],
      ]);
    });

    it("columns emptied, or set to values that no entry has", async () => {
      const report = await verifyAfter(
        sql`ALTER TABLE evidence_entry ALTER body DROP NOT NULL, ALTER leaf_hash DROP NOT NULL, ALTER type DROP NOT NULL`,
        sql`ALTER TABLE evidence_checkpoint ALTER note DROP NOT NULL`,
        sql`UPDATE evidence_entry SET recorded_at = 'infinity' WHERE index = 4`,
        sql`UPDATE evidence_entry SET type = NULL WHERE index = 5`,
        sql`UPDATE evidence_entry SET leaf_hash = NULL WHERE index = 6`,
        sql`UPDATE evidence_entry SET body = NULL WHERE index = 11`,
        sql`UPDATE evidence_checkpoint SET note = NULL WHERE size = 30`,
      );
      expect(report.problems.map(brief)).toEqual([
        ["entry-contradicts", 4, undefined],
        ["entry-contradicts", 5, undefined],
        ["entry-altered", 6, undefined],
        ["entry-body-missing", 11, undefined],
        ["checkpoint-malformed", undefined, 30],
      ]);
    });

    it("a checkpoint's note changed", async () => {
      const report = await verifyAfter(
        sql`UPDATE evidence_checkpoint SET note = replace(note, E'\n20\n', E'\n21\n') WHERE size = 20`,
      );
      expect(report.problems.map(brief)).toEqual([["checkpoint-signature", undefined, 20]]);
    });

    it("the head deleted", async () => {
      const report = await verifyAfter(sql`DELETE FROM evidence_head`);
      expect(report.problems.map(brief)).toEqual([["head-mismatch", undefined, undefined]]);
    });

    it("the whole log replaced under another key: only against a key known from elsewhere", async () => {
      const forger = newKey();
      await inside(empty, async (tx) => {
        await beginLog(tx, { key: forger, at: AT });
        await appendEntries(tx, entries(5));
        await signCheckpoint(tx, forger, AT);
        expect(await verifyLog(tx)).toMatchObject({ ok: true });
        const origin = (await logHead(tx)).origin ?? "";
        const report = await verifyLog(tx, { trustedKeys: [verifierKey(origin, KEY.publicKey)] });
        expect(report.problems.map(brief)).toEqual([["checkpoint-unknown-key", undefined, 6]]);
      });
    });
  });
});
