import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import { contradictionsAfter } from "../../../../test/tamper.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { addressSet, type ResolvedScope } from "../../../scope/index.ts";
import { beginLog, recordChange } from "../../change/index.ts";
import { compareTables, readEntries, signingKey } from "../../evidence/index.ts";
import { addressBinding, recordAddresses, settleAddresses } from "./address-changes.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;

eachDatabase("addresses of assets", (open) => {
  let store: Store;

  /** `web-1` has this address, and as many others the next ones. */
  async function resolved(at: number, first: string, count = 1): Promise<void> {
    const declared = Array.from({ length: count }, (_, index) => {
      const address = index === 0 ? first : `10.1.${index >> 8}.${index & 255}`;
      return { asset: { name: `web-${index + 1}` }, addresses: addressSet([{ first: address, last: address }]) };
    }) as unknown as ResolvedScope["declared"];
    await recordChange({ store }, at, (change) => recordAddresses(change, { declared }, at));
  }
  const entries = async (): Promise<unknown[]> => {
    const data: unknown[] = [];
    for await (const { type, body } of readEntries(store.db)) {
      if (type === "addresses-changed") data.push((JSON.parse(body) as { data: unknown }).data);
    }
    return data;
  };

  beforeEach(async () => {
    store = await open();
    await store.transaction((tx) => beginLog(tx, { key, at: NOON }));
    await resolved(NOON, "10.0.0.1");
  });

  it("are an entry when they change, and none while they do not", async () => {
    await resolved(NOON + 1_000, "10.0.0.1");
    await resolved(NOON + 2_000, "10.0.0.2");
    expect(await entries()).toEqual([
      { changes: [["web-1", "2026-03-14T12:00:00.000Z", ["10.0.0.1"]]] },
      { changes: [["web-1", "2026-03-14T12:00:02.000Z", ["10.0.0.2"]]] },
    ]);
    await recordChange({ store }, NOON + 1_000, (change) => settleAddresses(change, NOON + 1_000));
    expect((await entries()).at(-1)).toEqual({
      changes: [["web-1", "2026-03-14T12:00:01.000Z", ["10.0.0.2"]]],
      removed: [["web-1", "2026-03-14T12:00:02.000Z"]],
    });
    // A change between the step and the time that was removed is in force at once.
    await resolved(NOON + 1_500, "10.0.0.3");
    expect((await entries()).at(-1)).toEqual({ changes: [["web-1", "2026-03-14T12:00:01.500Z", ["10.0.0.3"]]] });
    expect(await compareTables(store.db, [addressBinding])).toMatchObject({
      compared: [{ rows: 3 }],
      contradicting: 0,
    });
  });

  it("take as many entries as they need", { tags: ["long"] }, async () => {
    await resolved(NOON + 1_000, "10.0.0.1", 10_000);
    expect((await entries()).length).toBeGreaterThan(2);
    expect(await compareTables(store.db, [addressBinding])).toMatchObject({ contradicting: 0 });
  });

  it.each([
    ["asset", `UPDATE asset_address SET asset = 'db-1'`, /^the addresses of web-1 from .* is missing/],
    ["valid_from", `UPDATE asset_address SET valid_from = '2020-01-01'`, /^the addresses of web-1 from .* is missing/],
    [
      "ranges",
      `UPDATE asset_address SET ranges = '[{"first":"10.0.0.9","last":"10.0.0.9"}]'`,
      /^the addresses of web-1 from .* has ranges \["10\.0\.0\.9"\]/,
    ],
  ])("are named where %s was changed", async (_column, statement, problem) => {
    const found = await contradictionsAfter(store, [addressBinding], statement);
    expect(found.map((each) => each.problem)).toContainEqual(expect.stringMatching(problem));
  });
});
