import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { beginLog } from "../record/change/index.ts";
import { readEntries, signingKey, type StoredEntry } from "../record/evidence/index.ts";
import { monitoringGaps } from "../record/history/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { gapSinceLastSweep, recordGap } from "./monitoring-gaps.ts";
import { createShortageGaps } from "./shortage-gaps.ts";

eachDatabase("monitoring gaps", (open) => {
  let store: Store;
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  const at = Date.parse("2026-03-14T09:00:00Z");
  const clock = { now: () => at };

  beforeEach(async () => {
    store = await open();
    await store.transaction((tx) => beginLog(tx, { key, at }));
  });

  it("are rows and entries of the log, both or neither", async () => {
    const during = { from: at - 3_600_000, to: at };
    await recordGap({ store, clock, key }, { cause: "suspended", during, detail: "the machine stood still" });
    expect(await monitoringGaps(store.db, { from: at - 10, to: at })).toMatchObject([{ cause: "suspended", during }]);
    const entries: StoredEntry[] = [];
    for await (const entry of readEntries(store.db)) entries.push(entry);
    expect(entries.map(({ type }) => type)).toEqual(["log-created", "gap-recorded"]);
    expect(entries[1]?.body).toContain('"from":"2026-03-14T08:00:00.000Z"');
  });

  it("do not exist before the first sweep", async () => {
    expect(await gapSinceLastSweep({ store, clock, key })).toBeUndefined();
  });

  it("end with the first scan that succeeds, even if the record has no room for them then", async () => {
    let now = at;
    let isFull = false;
    const full = () => Promise.reject(Object.assign(new Error("write"), { code: "ENOSPC" }));
    const small: Pick<Store, "db" | "transaction"> = {
      db: store.db,
      transaction: (work) => (isFull ? full() : store.transaction(work)),
    };
    const deps = { store: { ...store, ...small }, clock: { now: () => now }, key };
    const shortages = createShortageGaps(deps, { gap: () => undefined });
    for (const [minute, look] of [full, () => Promise.resolve(), full, () => Promise.resolve()].entries()) {
      now = at + minute * 60_000;
      isFull = minute < 3;
      await shortages.around(look).catch(() => undefined);
    }
    expect(await monitoringGaps(store.db, { from: at, to: now + 1 })).toMatchObject([
      { cause: "shortage", during: { from: at, to: at + 60_000 } },
      { cause: "shortage", during: { from: at + 120_000, to: at + 180_000 } },
    ]);
  });

  it("include the time in which looks failed for a want of descriptors, and only that", async () => {
    let now = at;
    const said: unknown[] = [];
    const deps = { store, clock: { now: () => now }, key };
    const shortages = createShortageGaps(deps, { gap: (gap) => said.push(gap) });
    const fail = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));
    await expect(shortages.around(() => fail("ECONNREFUSED"))).rejects.toThrow();
    await shortages.around(() => Promise.resolve());
    expect(said).toEqual([]);

    for (const minute of [1, 2, 3]) {
      now = at + minute * 60_000;
      await expect(shortages.around(() => fail("EMFILE"))).rejects.toThrow("EMFILE");
    }
    now = at + 240_000;
    expect(await shortages.around(() => Promise.resolve("seen"))).toBe("seen");
    await shortages.around(() => Promise.resolve());
    const during = { from: at + 60_000, to: at + 240_000 };
    expect(await monitoringGaps(store.db, { from: at, to: now + 1 })).toMatchObject([
      { cause: "shortage", during, detail: "this machine had too little of file descriptors to scan" },
    ]);
    expect(said).toMatchObject([{ during }]);
  });
});
