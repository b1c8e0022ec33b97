import { beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { sweepsInto, type Cell } from "../../test/fixtures/stored-sweeps.ts";
import { recordAssetAddresses } from "../scope/io/asset-addresses.ts";
import { parseScope, recordScope, resolveScope } from "../scope/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { createExposure } from "./exposure.ts";
import { createHistory } from "./history.ts";
import { recording } from "../../test/recording.ts";

/** An asset may have the same name as the label of a target's undeclared hosts. */

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 14, 9);
const ASSET = "net (undeclared)";
const scopeWith = (assets: string): string => `version: 1
name: test
systemTypes:
  range: { cadence: 10m, staleness: 30m, ports: "22,80" }
  server: { cadence: 1h, staleness: 2h, ports: "22,80" }
targets:
  - { name: net, addresses: [10.7.0.0/30], systemType: range }
${assets}`;
const BOTH = scopeWith(`assets:
  - { name: ${ASSET}, addresses: [10.7.0.1], systemType: server }
`);

eachDatabase("an asset with the label of undeclared hosts as its name", (open) => {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });

  async function declare(document: string): Promise<void> {
    const scope = parseScope(document, "portolan.yaml", () => "");
    const resolved = await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
    await recording(store, async (tx) => {
      await recordScope(tx, { scope, document, by: "jane", at: START });
      await recordAssetAddresses(tx, resolved, START);
    });
  }

  /** The asset is 10.7.0.1; of its neighbours, 10.7.0.2 answers. */
  async function look(minute: number, asset: Cell[2], other: Cell[2]): Promise<void> {
    const { observed, sweep } = sweepsInto(store);
    const time = START + minute * MINUTE;
    const cells = [0, 1, 2, 3].flatMap((host) =>
      [22, 80].map((port): Cell => {
        const state = host === 1 ? asset : host === 2 ? other : "no-response";
        return [`10.7.0.${host}`, port, port === 80 ? state : "no-response"];
      }),
    );
    await sweep("inside", [observed(time, time + 1, cells)]);
  }

  const clock = { now: () => START + 600 * MINUTE };
  const after = (minutes: number): number => START + minutes * MINUTE;

  it("at shows the state of both, each by its own staleness limit", async () => {
    await declare(BOTH);
    await look(0, "open", "open");
    const then = await createHistory({ store, clock }).at({ at: after(1) });
    expect(then.assets).toMatchObject([
      {
        asset: ASSET,
        declared: true,
        addresses: ["10.7.0.1"],
        answer: "known",
        staleness: "2h",
        open: [{ address: "10.7.0.1" }],
      },
      {
        asset: ASSET,
        addresses: ["10.7.0.0", "10.7.0.2/31"],
        answer: "known",
        staleness: "30m",
        open: [{ address: "10.7.0.2" }],
      },
    ]);
    expect(then.assets[1]).not.toHaveProperty("declared");

    const later = await createHistory({ store, clock }).at({ at: after(60) });
    expect(later.assets.map(({ answer, staleness }) => [answer, staleness])).toEqual([
      ["known", "2h"],
      ["unknown", "30m"],
    ]);
  });

  it("at keeps the asset where its silent neighbours are not worth a line", async () => {
    await declare(BOTH);
    await look(0, "no-response", "no-response");
    const { assets } = await createHistory({ store, clock }).at({ at: after(1) });
    expect(assets).toMatchObject([{ asset: ASSET, declared: true, answer: "silent" }]);
  });

  it("diff names the asset, and no asset for its neighbour", async () => {
    await declare(BOTH);
    await look(0, "open", "closed");
    await look(20, "filtered", "open");
    await look(25, "closed", "filtered");
    const first = await createHistory({ store, clock }).diff({ from: after(1), to: after(21) });
    expect(first.changes).toEqual([
      {
        asset: ASSET,
        declared: true,
        address: "10.7.0.1",
        transport: "tcp",
        port: 80,
        before: "open",
        after: "filtered",
      },
      { address: "10.7.0.2", transport: "tcp", port: 80, before: "closed", after: "open" },
    ]);
    const second = await createHistory({ store, clock }).diff({ from: after(21), to: after(26) });
    expect(second.otherChanges).toMatchObject([{ asset: ASSET, declared: true, addresses: "10.7.0.1" }]);
    expect(second.changes).toMatchObject([{ address: "10.7.0.2", before: "open", after: "filtered" }]);
    expect(second.changes[0]).not.toHaveProperty("asset");
  });

  it("gaps are kept apart", async () => {
    await declare(BOTH);
    await look(0, "open", "open");
    const { assets } = await createHistory({ store, clock }).gaps({ from: after(1), to: after(61) });
    expect(assets).toEqual([
      { asset: ASSET, declared: true, covered: 1, gaps: [] },
      { asset: ASSET, covered: expect.closeTo(29 / 60, 3), gaps: [expect.objectContaining({})] },
    ]);
  });

  it("the name selects the asset, and the undeclared hosts if no asset has that name", async () => {
    await declare(BOTH);
    await look(0, "open", "open");
    const asked = { at: after(1), asset: ASSET };
    expect((await createHistory({ store, clock }).at(asked)).assets).toMatchObject([
      { declared: true, addresses: ["10.7.0.1"] },
    ]);
    const period = { from: after(1), to: after(61), asset: ASSET };
    expect((await createHistory({ store, clock }).gaps(period)).assets).toMatchObject([{ declared: true, covered: 1 }]);
  });

  it("without such an asset no result has declared, and the label selects the undeclared hosts", async () => {
    await declare(scopeWith(""));
    await look(0, "open", "open");
    const { assets } = await createHistory({ store, clock }).at({ at: after(1), asset: ASSET });
    expect(assets).toMatchObject([{ asset: ASSET, addresses: ["10.7.0.0/30"] }]);
    expect(JSON.stringify(assets)).not.toContain('declared":');
    await expect(createHistory({ store, clock }).at({ at: after(1), asset: "net" })).rejects.toMatchObject({
      code: "not-found",
      next: `Name one of: ${ASSET}.`,
    });
  });

  it("exposure names it as well", async () => {
    await declare(BOTH);
    await look(0, "open", "open");
    const { endpoints } = await createExposure({ store, clock }).get({ at: after(1) });
    expect(endpoints).toMatchObject([{ asset: ASSET, declared: true, address: "10.7.0.1" }, { address: "10.7.0.2" }]);
    expect(endpoints[1]).not.toHaveProperty("asset");
  });
});
