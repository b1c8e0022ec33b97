import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { fingerprint } from "../judgement/baseline/index.ts";
import { applyFindings } from "../judgement/findings/index.ts";
import type { Deviation } from "../model/index.ts";
import { beginLog, recordChange } from "../record/change/index.ts";
import { signingKey } from "../record/evidence/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { createTelling } from "./events.ts";
import { createNewsReader, type RecordedNews } from "./recorded-news.ts";

eachDatabase("the live log", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let store: Store;
  let at = Date.parse("2026-03-14T09:00:00Z");
  const gap: Deviation = {
    kind: "coverage-gap",
    subject: { about: "target", target: "lan" },
    summary: "lan was due for a sweep",
    endpoints: [],
    during: { from: at - 60_000 },
  };

  const open1 = () =>
    recordChange({ store, key }, (at += 1_000), (change) => applyFindings(change, { vantage: "inside", seen: [gap] }));
  const end1 = () =>
    recordChange({ store, key }, (at += 1_000), (change) => {
      const gone = [{ fingerprint: fingerprint(gap, "inside"), resolution: "swept again" }];
      return applyFindings(change, { vantage: "inside", gone });
    });
  const approve1 = () =>
    recordChange({ store, key }, (at += 1_000), (change) =>
      Promise.resolve(
        change.append({
          type: "baseline-approved",
          at,
          data: { version: 2, digest: "d", approvedBy: "Ada", authorizedPorts: 1, through: "person" },
        } as never),
      ),
    );

  beforeEach(async () => {
    store = await open();
    await store.transaction((tx) => beginLog(tx, { key, at }));
  });

  it("reports what another process decided and found, in its order, and once", async () => {
    const news = createNewsReader(store.db);
    expect(await news()).toEqual([]);
    await open1();
    await approve1();
    await end1();
    const shown = (await news()).map((each: RecordedNews) => ("decision" in each ? each.decision : each.kind));
    expect(shown).toEqual([
      "finding-opened",
      "port baseline version 2 is in force: 1 authorized port, approver: Ada",
      "finding-resolved",
    ]);
    expect(await news()).toEqual([]);
  });

  it("does not report again what this process reported at once", async () => {
    const events: string[] = [];
    const say = createTelling((event) => events.push(event.kind));
    const news = createNewsReader(store.db);
    await news();
    say.findings(await open1());
    for (const each of await news()) say.recorded(each);
    expect(events).toEqual(["finding-opened"]);
    await end1();
    for (const each of await news()) say.recorded(each);
    expect(events).toEqual(["finding-opened", "finding-resolved"]);
  });
});
