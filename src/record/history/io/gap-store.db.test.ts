import { afterAll, beforeAll, expect, test } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import { MINUTE, START, sweepsInto } from "../../../../test/fixtures/stored-sweeps.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { monitoringGaps, recordMonitoringGap } from "./gap-rows.ts";
import { gapsIn } from "./gap-store.ts";
import { recording } from "../../../../test/recording.ts";

eachDatabase("gaps of a history", (open) => {
  let store: Store;
  let { freshVantage, observed, sweep, asset } = {} as ReturnType<typeof sweepsInto>;
  beforeAll(async () => {
    store = await open();
    ({ freshVantage, observed, sweep, asset } = sweepsInto(store));
  });
  afterAll(async () => {
    await store.close();
  });

  test("gaps of an asset that takes two sweeps to cover", async () => {
    const vantage = freshVantage();
    for (let minute = 0; minute < 60; minute += 2) {
      if (minute >= 20 && minute < 40) continue;
      const from = START + minute * MINUTE;
      await sweep(vantage, [observed(from, from, [["10.0.0.1", 80, "closed"]])]);
      await sweep(vantage, [observed(from + MINUTE, from + MINUTE, [["10.0.0.1", 443, "closed"]])]);
    }
    const [answer] = await gapsIn(store.db, {
      from: START + MINUTE,
      to: START + 60 * MINUTE,
      vantage,
      assets: [asset("80,443", 3 * MINUTE)],
    });
    // 80 was last seen in minute 18, and 443 is back in minute 41.
    expect(answer!.gaps).toEqual([{ from: START + 21 * MINUTE + 1, to: START + 41 * MINUTE }]);
    expect(answer!.covered).toBeCloseTo(1 - 20 / 59, 4);
  });

  test("monitoring gaps are stored, and found if they overlap the period", async () => {
    const gap = {
      cause: "suspended" as const,
      during: { from: START, to: START + 10 },
      detail: "the machine slept",
      recordedAt: START + 11,
    };
    await recording(store, (tx) => recordMonitoringGap(tx, gap));
    expect(await monitoringGaps(store.db, { from: START + 9, to: START + 20 })).toEqual([gap]);
    expect(await monitoringGaps(store.db, { from: START + 10, to: START + 20 })).toEqual([]);
    expect(await monitoringGaps(store.db, { from: START - 5, to: START })).toEqual([]);
  });

  test("an empty period is refused", async () => {
    await expect(gapsIn(store.db, { from: START, to: START, vantage: "any", assets: [] })).rejects.toMatchObject({
      code: "config-invalid",
    });
  });
});
