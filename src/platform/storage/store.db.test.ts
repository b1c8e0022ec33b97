import { sql } from "kysely";
import { beforeAll, expect, it } from "vitest";
import { eachDatabase } from "../../../test/databases.ts";
import type { Store } from "./index.ts";

eachDatabase("store", (open, kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await open();
    await store.executeSql("CREATE TABLE note (text text UNIQUE); CREATE TABLE other (text text)");
  });

  const write = (text: string, on: Store["db"]) => sql`INSERT INTO note VALUES (${text})`.execute(on);
  const has = async (text: string) => {
    const { rows } = await sql`SELECT 1 FROM note WHERE text = ${text}`.execute(store.db);
    return rows.length === 1;
  };

  it("reads bigint as number, timestamptz as Date and bytea as Uint8Array", async () => {
    expect(store.kind).toBe(kind);
    const { rows } =
      await sql`SELECT 9007199254740991::int8 AS whole, ${new Date(1_767_225_600_123)}::timestamptz AS at,
      ${Uint8Array.of(0, 255, 7)}::bytea AS bytes, '[2026-01-01,)'::tstzrange::text AS range`.execute(store.db);
    expect(rows).toEqual([
      {
        whole: 9007199254740991,
        at: new Date("2026-01-01T00:00:00.123Z"),
        bytes: Uint8Array.of(0, 255, 7),
        range: `["2026-01-01 00:00:00+00",)`,
      },
    ]);
  });

  it("reads a timestamp that no Date can hold as the furthest one", async () => {
    const far = ["'infinity'", "'-infinity'", "'290000-01-01'", "'4000-01-01 BC'"];
    const { rows } = await store.executeSql(`SELECT ${far.map((at, n) => `${at}::timestamptz AS a${n}`).join()}`);
    const [last, first] = [new Date(8.64e15), new Date(-8.64e15)];
    expect(Object.values(rows[0] as object)).toEqual([last, first, last, first]);
  });

  it("refuses a bigint that a number cannot hold, and keeps working", async () => {
    await expect(sql`SELECT 9007199254740993::int8 AS whole`.execute(store.db)).rejects.toThrow(/9007199254740993/);
    expect((await sql`SELECT 1 AS one`.execute(store.db)).rows).toEqual([{ one: 1 }]);
  });

  it("rolls back only the transaction that threw", async () => {
    const failing = store.transaction(async (tx) => {
      await write("rolled back", tx);
      throw new Error("stop");
    });
    await expect(failing).rejects.toThrow("stop");
    await store.transaction((tx) => write("committed", tx));
    expect([await has("rolled back"), await has("committed")]).toEqual([false, true]);
  });

  it("does not run a query of db, or executeSql, inside an open transaction", async () => {
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const transaction = store.transaction(async (tx) => {
      await write("in the transaction", tx);
      begun.resolve();
      await goOn.promise;
      throw new Error("rolled back");
    });
    await begun.promise;
    const beside = Promise.all([
      write("beside it", store.db),
      store.executeSql("INSERT INTO note VALUES ('by executeSql'); INSERT INTO other VALUES ('also')"),
    ]);
    goOn.resolve();
    await expect(transaction).rejects.toThrow("rolled back");
    await beside;
    expect([await has("in the transaction"), await has("beside it"), await has("by executeSql")]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("keeps concurrent transactions apart", async () => {
    const add = () =>
      store.transaction(async (tx) => {
        const { rows } = await sql<{ text: string }>`SELECT text FROM other WHERE text LIKE 'n%' FOR UPDATE`.execute(
          tx,
        );
        await sql`UPDATE other SET text = ${`n${Number(rows[0]!.text.slice(1)) + 1}`} WHERE text LIKE 'n%'`.execute(tx);
      });
    await sql`INSERT INTO other VALUES ('n0')`.execute(store.db);
    await Promise.all(Array.from({ length: 20 }, add));
    expect((await sql`SELECT text FROM other WHERE text LIKE 'n%'`.execute(store.db)).rows).toEqual([{ text: "n20" }]);
  });

  it("returns the rows of every statement, and leaves no transaction open when one fails", async () => {
    const { rows } = await store.executeSql("BEGIN; SELECT 1 AS one; SELECT 2 AS two; COMMIT");
    expect(rows).toEqual([{ one: 1 }, { two: 2 }]);
    await expect(store.executeSql("BEGIN; INSERT INTO note VALUES ('half'); SELECT 1/0; COMMIT")).rejects.toThrow(
      /division by zero/,
    );
    await store.transaction((tx) => write("after the failure", tx));
    expect([await has("half"), await has("after the failure")]).toEqual([false, true]);
    expect((await store.executeSql("SELECT $1::int + 1 AS sum", [2])).rows).toEqual([{ sum: 3 }]);
  });

  it("reports that a COMMIT rolled back after an error that the caller swallowed", async () => {
    const swallowed = store.transaction(async (tx) => {
      await write("swallowed", tx);
      await sql`SELECT 1/0`.execute(tx).catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow(/rolled back/);
    expect(await has("swallowed")).toBe(false);
  });

  it("keeps the SQLSTATE of a statement that the database refuses", async () => {
    await write("once", store.db);
    await expect(write("once", store.db)).rejects.toMatchObject({ code: "23505" });
  });
});

eachDatabase("closing", (open, kind) => {
  it("waits for running work, and can be called twice", async () => {
    const store = await open();
    const running = store.transaction((tx) => sql`SELECT pg_sleep(0.05)`.execute(tx));
    await sql`SELECT 1`.execute(store.db);
    await Promise.all([running, store.close(), store.close()]);
    await expect(sql`SELECT 1`.execute(store.db)).rejects.toThrow();
  });

  // A server has other connections; there such a query does not see the transaction's writes.
  if (kind !== "embedded") return;
  it("refuses db inside a transaction, which would wait for itself", async () => {
    const store = await open();
    const inside = store.transaction(() => sql`SELECT 1`.execute(store.db));
    await expect(inside).rejects.toThrow(/use its tx/);
    const nested = store.transaction(() => store.transaction(async () => 1));
    await expect(nested).rejects.toThrow(/use its tx/);
    expect((await store.executeSql("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });
});
