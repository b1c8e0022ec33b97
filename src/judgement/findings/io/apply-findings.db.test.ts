import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import type { Deviation } from "../../../model/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { beginLog, recordChange } from "../../../record/change/index.ts";
import { readEntries, signingKey } from "../../../record/evidence/index.ts";
import { hasChanged } from "../entries.ts";
import { applyFindings, type Sighted } from "./apply-findings.ts";

const AT = Date.UTC(2026, 2, 14, 9);
const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;

const missed = (target: string): Deviation => ({
  kind: "coverage-gap",
  subject: { about: "target", target },
  summary: `${target} was not swept`,
  endpoints: [],
});

async function apply(store: Store, at: number, sighted: Omit<Sighted, "vantage">) {
  return await recordChange({ store, key }, at, (change) => applyFindings(change, { vantage: "inside", ...sighted }));
}

async function written(store: Store): Promise<{ entries: string[]; notices: string[] }> {
  const entries: string[] = [];
  for await (const { index, type } of readEntries(store.db)) if (index > 0) entries.push(`${index} ${type}`);
  const rows = await store.db.selectFrom("outbox").selectAll().orderBy("id").execute();
  return {
    entries,
    notices: rows.map(({ kind, subject, entry_index }) => `${entry_index} ${kind} ${JSON.stringify(subject)}`),
  };
}

eachDatabase("applying findings", (open) => {
  it("writes entries and notices of what opened, regressed and was resolved, and nothing of what was seen again", async () => {
    const store = await open();
    await store.transaction((tx) => beginLog(tx, { key, at: AT }));
    const { opened } = await apply(store, AT, { seen: [missed("dmz"), missed("lan")] });
    const [dmz] = opened;
    expect(opened.map(({ id }) => id)).toEqual([1, 2]);
    expect(hasChanged(await apply(store, AT + 1, { seen: [missed("lan")] }))).toBe(false);
    const worse = { ...missed("lan"), summary: "lan was not swept for a day" };
    expect(hasChanged(await apply(store, AT + 1, { seen: [worse] }))).toBe(true);
    await apply(store, AT + 2, { gone: [{ fingerprint: dmz?.fingerprint ?? "", resolution: "swept again" }] });
    expect(hasChanged(await apply(store, AT + 3, { seen: [missed("dmz")], only: ["open"] }))).toBe(false);
    const { regressed } = await apply(store, AT + 4, { seen: [missed("dmz")], at: AT + 3 });
    expect(regressed).toMatchObject([{ id: 1, status: "regressed", lastSeenAt: AT + 3 }]);
    expect(await written(store)).toEqual({
      entries: [
        "1 finding-opened",
        "2 finding-opened",
        "3 finding-changed",
        "4 finding-resolved",
        "5 finding-regressed",
      ],
      notices: [
        '1 finding-opened {"finding":1}',
        '2 finding-opened {"finding":2}',
        '4 finding-resolved {"finding":1}',
        '5 finding-regressed {"finding":1}',
      ],
    });
  });
});
