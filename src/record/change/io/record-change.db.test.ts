import { generateKeyPairSync } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import type { Entry } from "../../../model/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { readCheckpoints, readEntries, signingKey, verifyLog, type SigningKey } from "../../evidence/index.ts";
import type { Change } from "../change.ts";
import { NOTICE_LIFE } from "../notice.ts";
import { beginLog } from "./log-store.ts";
import { recordChange } from "./record-change.ts";

const AT = Date.UTC(2026, 2, 14, 9);

function newKey(): SigningKey {
  return signingKey(generateKeyPairSync("ed25519").privateKey)!;
}

function gap(detail: string): Entry {
  const [from, to] = ["2026-03-14T08:00:00.000Z", "2026-03-14T09:00:00.000Z"] as const;
  return { type: "gap-recorded", at: AT, data: { cause: "suspended", from, to, detail } };
}

function joined(worker: number): Entry {
  const data = { worker, kind: "worker", vantage: "inside", machine: "host.example", pid: 7 } as const;
  return { type: "worker-joined", at: AT, data };
}

const slept = { kind: "gap-recorded", subject: { cause: "suspended" } } as const;

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

eachDatabase("a change of the record", (open) => {
  const key = newKey();
  let store: Store;

  beforeEach(async () => {
    store = await open();
    await store.transaction((tx) => beginLog(tx, { key, at: AT }));
  });

  async function insertVantage({ tx }: Change, name: string): Promise<void> {
    await tx.insertInto("vantage_point").values({ name }).execute();
  }

  /** Everything a change writes: rows, entries, notices, checkpoints. */
  async function held() {
    const { db } = store;
    return {
      rows: (await db.selectFrom("vantage_point").select("name").orderBy("id").execute()).map(({ name }) => name),
      entries: (await collect(readEntries(db))).slice(1).map(({ index, type }) => `${index} ${type}`),
      notices: (await db.selectFrom("outbox").select(["kind", "subject", "entry_index"]).orderBy("id").execute()).map(
        ({ kind, subject, entry_index }) => ({ kind, subject, entry: entry_index }),
      ),
      signed: (await collect(readCheckpoints(db))).map(({ size, signedAt }) => ({ size, signedAt })),
    };
  }

  it("is written as a whole: rows, entries in order, notices with their entries, one checkpoint", async () => {
    const answer = await recordChange({ store, key }, AT + 1, async (change) => {
      const [first, last] = [gap("first"), gap("last")];
      change.append(joined(1), first);
      await insertVantage(change, "inside");
      change.bind(joined(2), (index) => insertVantage(change, `bound to ${index}`));
      change.append(last);
      change.notify(last, slept);
      change.notify(first, slept);
      return "done";
    });
    expect(answer).toBe("done");
    expect(await held()).toEqual({
      rows: ["inside", "bound to 3"],
      entries: ["1 worker-joined", "2 gap-recorded", "3 worker-joined", "4 gap-recorded"],
      notices: [
        { ...slept, entry: 2 },
        { ...slept, entry: 4 },
      ],
      signed: [{ size: 5, signedAt: AT + 1 }],
    });
    expect(await verifyLog(store.db)).toMatchObject({ ok: true });
  });

  const notJson = { ...joined(3), data: { worker: Number.NaN } } as unknown as Entry;
  it.each<[step: string, end: (change: Change) => Promise<void> | void, signs?: SigningKey]>([
    ["its work", () => Promise.reject(new Error("no"))],
    ["an entry that JSON cannot hold", (change) => change.append(notJson)],
    ["a row that is bound to an entry", (change) => change.bind(joined(3), () => Promise.reject(new Error("no")))],
    [
      "a notice that the database refuses",
      (change) => {
        const entry = gap("a");
        change.append(entry);
        change.notify(entry, { kind: "gap-recorded", subject: { cause: "\u0000" } });
      },
    ],
    ["a key that does not sign this log", () => undefined, newKey()],
  ])("leaves nothing after %s", async (_, end, signs = key) => {
    const before = await held();
    const change = recordChange({ store, key: signs }, AT, async (open) => {
      await insertVantage(open, "inside");
      const entry = gap("nothing is left of this");
      open.append(entry);
      open.notify(entry, slept);
      open.bind(joined(2), (index) => insertVantage(open, `bound to ${index}`));
      await end(open);
    });
    await expect(change).rejects.toThrow();
    expect(await held()).toEqual(before);
    expect(await verifyLog(store.db)).toMatchObject({ ok: true });
  });

  it("moves the head once, however many entries it has, and not at all without any", async () => {
    await store.executeSql(`CREATE TABLE moved (size bigint);
      CREATE FUNCTION count_move() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO moved VALUES (NEW.size); RETURN NEW; END';
      CREATE TRIGGER counted AFTER UPDATE ON evidence_head FOR EACH ROW EXECUTE FUNCTION count_move()`);
    await recordChange({ store, key }, AT, (change) => {
      change.append(joined(1));
      change.append(joined(2), joined(3));
      change.bind(gap("a"), () => Promise.resolve());
    });
    await recordChange({ store, key }, AT, (change) => insertVantage(change, "inside"));
    const { rows } = await store.executeSql("SELECT size::int FROM moved");
    expect(rows).toEqual([{ size: 5 }]);
  });

  it("signs findings and decisions at once, and leaves the rest to the next checkpoint", async () => {
    await recordChange({ store, key }, AT, (change) => change.append(joined(1)));
    expect((await held()).signed).toEqual([]);
    await recordChange({ store }, AT, (change) => change.append(gap("recorded by a worker, which has no key")));
    expect((await held()).signed).toEqual([]);
    await recordChange({ store, key }, AT, (change) => change.append(gap("a")));
    expect((await held()).signed).toMatchObject([{ size: 4 }]);
  });

  it("keeps two simultaneous changes apart: each has its entries together", async () => {
    const writers = Array.from({ length: 6 }, (_, writer) =>
      recordChange({ store, key }, AT, async (change) => {
        change.append(joined(writer));
        await insertVantage(change, `of ${writer}`);
        const entry = gap(`${writer}`);
        change.append(entry);
        change.notify(entry, slept);
      }),
    );
    await Promise.all(writers);
    const data = (await collect(readEntries(store.db)))
      .slice(1)
      .map(({ body }) => (JSON.parse(body) as { data: { worker?: number; detail?: string } }).data);
    const writersOf = data.map(({ worker, detail }) => (worker === undefined ? Number(detail) : worker));
    expect(writersOf.filter((_, index) => index % 2 === 0).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    writersOf.forEach((writer, index) => expect(writer).toBe(writersOf[index - (index % 2)]));
    expect((await held()).notices.map(({ entry }) => entry).sort((a, b) => a - b)).toEqual([2, 4, 6, 8, 10, 12]);
    expect(await verifyLog(store.db)).toMatchObject({ ok: true });
  });

  it("accepts nothing more once it is over, and no notice about an entry it does not record", async () => {
    let over: Change | undefined;
    await recordChange({ store, key }, AT, (change) => {
      over = change;
      expect(() => change.notify(gap("never appended"), slept)).toThrow("comes with the entry");
    });
    expect(() => over?.append(joined(1))).toThrow("is over");
  });

  describe("and the outbox", () => {
    it("deletes only notices that nobody took for thirty days", async () => {
      const notice = (at: number) =>
        recordChange({ store, key }, at, (change) => {
          const entry = gap(`${at}`);
          change.append(entry);
          change.notify(entry, slept);
        });
      await notice(AT);
      await notice(AT + 1);
      await notice(AT + NOTICE_LIFE + 1);
      expect((await held()).notices.map(({ entry }) => entry)).toEqual([2, 3]);
    });
  });
});
