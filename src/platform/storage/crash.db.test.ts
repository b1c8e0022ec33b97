import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { freshPlace, STORE_KINDS } from "../../../test/databases.ts";
import type { Place } from "../../../test/databases.ts";
import { openStore } from "./index.ts";

const ROUNDS = Number(process.env.PORTOLAN_CRASH_ROUNDS ?? 2);
const CHILD = join(import.meta.dirname, "../../../test/fixtures/insert-forever.ts");

/** Kills the child at some moment after its first acknowledgement; returns the last number it acknowledged. */
async function insertUntilKilled({ home, databaseUrl }: Place): Promise<number> {
  const child = spawn(process.execPath, [CHILD, home, ...(databaseUrl === undefined ? [] : [databaseUrl])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-100);
  });
  const ended = once(child, "close");
  await Promise.race([once(child.stdout, "data"), ended]);
  await sleep(Math.random() * 300);
  child.kill("SIGKILL");
  await ended;
  return Number(said.split("\n").at(-2));
}

describe.each(STORE_KINDS)(`kill -9, ${ROUNDS} times (%s)`, (kind) => {
  it(
    "loses nothing that was acknowledged, and keeps no partial transaction",
    { timeout: 60_000 * ROUNDS },
    async () => {
      const place = await freshPlace(kind);
      const first = await openStore(place);
      await first.executeSql(`
      CREATE TABLE acknowledged (number bigint PRIMARY KEY, padding text);
      CREATE TABLE acknowledged_count (count bigint); INSERT INTO acknowledged_count VALUES (0)`);
      await first.close();
      try {
        for (let round = 0; round < ROUNDS; round += 1) {
          const acknowledged = await insertUntilKilled(place);
          expect(acknowledged).toBeGreaterThanOrEqual(0);
          const store = await openStore(place);
          const { rows } = await store.executeSql(`SELECT count(*) AS rows, max(number) AS last,
          (SELECT count FROM acknowledged_count) AS counted FROM acknowledged`);
          await store.close();
          const [{ rows: there, last, counted }] = rows as [{ rows: number; last: number; counted: number }];
          expect(last).toBeGreaterThanOrEqual(acknowledged);
          expect({ there, counted }).toEqual({ there: last + 1, counted: last + 1 });
        }
      } finally {
        await place.remove();
      }
    },
  );
});
