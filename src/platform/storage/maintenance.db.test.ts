import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { freshPlace } from "../../../test/databases.ts";
import { openStore } from "./index.ts";

const SEGMENT = 16;

it("keeps the WAL of the embedded database short, and its statistics current", { timeout: 120_000 }, async () => {
  const place = await freshPlace("embedded");
  const store = await openStore(place);
  await store.executeSql("CREATE TABLE churn (x text)");
  for (let round = 0; round < 6; round += 1) {
    await store.executeSql("INSERT INTO churn SELECT md5(i::text) FROM generate_series(1, 400000) i; TRUNCATE churn");
    // Each statement takes a turn; maintenance checks every 500.
    for (let turn = 0; turn < 500; turn += 1) await store.executeSql("SELECT 1");
  }
  await store.executeSql("INSERT INTO churn SELECT 'x' FROM generate_series(1, 5000)");
  // PostgreSQL publishes what a session changed at most once a second, so the first check may come too early.
  const estimate = async () => {
    for (let turn = 0; turn < 501; turn += 1) await store.executeSql("SELECT 1");
    const { rows } = await store.executeSql("SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'churn'");
    return rows;
  };
  await expect.poll(estimate, { timeout: 60_000, interval: 200 }).toEqual([{ rows: 5000 }]);
  await store.close();
  const segments = readdirSync(join(place.home, "data", "pg_wal")).filter((name) => /^[0-9A-F]{24}$/.test(name));
  await place.remove();
  // 6 rounds write over 300 MB; two checkpoints of 64 MB and a segment or two ahead are 200 MB at most.
  expect(segments.length * SEGMENT).toBeLessThanOrEqual(200);
});
