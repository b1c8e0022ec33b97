import { PgBoss } from "pg-boss";
import { expect, it } from "vitest";
import { eachDatabase } from "../../../test/databases.ts";

eachDatabase("pg-boss over executeSql", (open) => {
  it("starts, sends, works and schedules", { timeout: 120_000 }, async () => {
    const store = await open();
    const errors: unknown[] = [];
    const boss = new PgBoss({
      db: { executeSql: store.executeSql },
      ...(store.kind === "embedded" ? { backend: "pglite" as const } : {}),
    });
    boss.on("error", (error) => errors.push(error));
    await boss.start();
    try {
      await boss.createQueue("sweep");
      const received = Promise.withResolvers<unknown>();
      const begun = Promise.withResolvers<void>();
      // Its own statements are requested while a transaction is open, and run after it.
      const transaction = store.transaction(async (tx) => {
        begun.resolve();
        await tx.selectFrom("sweep").select("id").execute();
      });
      await begun.promise;
      const id = await boss.send("sweep", { target: "dmz" });
      await transaction;
      await boss.work("sweep", { pollingIntervalSeconds: 0.5 }, async ([job]) => {
        received.resolve({ id: job?.id, data: job?.data });
      });
      expect(await received.promise).toEqual({ id, data: { target: "dmz" } });
      await boss.schedule("sweep", "0 * * * *", { target: "dmz" }, { tz: "Europe/Berlin" });
      expect(await boss.getSchedules()).toMatchObject([
        { name: "sweep", cron: "0 * * * *", timezone: "Europe/Berlin", data: { target: "dmz" } },
      ]);
    } finally {
      await boss.stop({ graceful: true, timeout: 5_000 });
    }
    expect(errors).toEqual([]);
    // The caller still owns the store: pg-boss neither closed it nor left a transaction open.
    expect((await store.executeSql("SELECT now() = transaction_timestamp() AS fresh")).rows).toEqual([{ fresh: true }]);
  });
});
