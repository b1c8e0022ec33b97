import { sql } from "kysely";
import { beforeEach, expect, it } from "vitest";
import { recording } from "../../test/recording.ts";
import { eachDatabase } from "../../test/databases.ts";
import { MINUTE, sweepsInto, type Cell } from "../../test/fixtures/stored-sweeps.ts";
import type { SweepVerdict } from "../model/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { parseScope, recordAssetAddresses, recordScope, resolveScope } from "../scope/index.ts";
import { createContinuity } from "./continuity.ts";

const HOUR = 60 * MINUTE;
const FIRST = Date.UTC(2026, 2, 10);
const day = (number: number, hour = 0): number => FIRST + number * 24 * HOUR + hour * HOUR;

const scopeWith = (targets: string, exclusions = ""): string => `version: 1
name: small
systemTypes:
  server: { ports: "22,80", cadence: 12h, staleness: 24h }
targets:
${targets}
${exclusions}`;
const LAN = "  - { name: lan, addresses: [10.7.0.1], systemType: server }";
const DMZ = "  - { name: dmz, addresses: [10.8.0.1], systemType: server }";

eachDatabase("continuity", (open) => {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });

  async function declare(at: number, document: string): Promise<void> {
    const scope = parseScope(document, "portolan.yaml", () => "");
    const resolved = await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
    await recording(store, async (tx) => {
      await recordScope(tx, { scope, document, by: "jane", at });
      await recordAssetAddresses(tx, resolved, at);
    });
  }

  /** A full sweep of a target that ends at `at`. */
  async function swept(target: string, at: number, verdict: SweepVerdict, state: Cell[2] = "closed"): Promise<void> {
    const { observed, sweep } = sweepsInto(store);
    const address = target === "lan" ? "10.7.0.1" : "10.8.0.1";
    const cells = [22, 80].map((port): Cell => [address, port, state]);
    await sweep("inside", [observed(at - MINUTE, at, cells)], verdict !== "untrusted");
    const counts = JSON.stringify({ [state]: 2 });
    const ended = sql`UPDATE sweep SET targets = ${JSON.stringify([target])}::text::jsonb, ended_at = ${new Date(at)},
      verdict = ${verdict}, counts = ${counts}::text::jsonb,
      vantage_id = (SELECT id FROM vantage_point WHERE name = 'inside')
      WHERE id = (SELECT max(id) FROM sweep)`;
    await recording(store, (tx) => ended.execute(tx));
  }

  const ask = (from: number, to: number, timeZone = "UTC") =>
    createContinuity({ store, clock: { now: () => day(60) } }).show({ from, to, timeZone });
  const said = (result: Awaited<ReturnType<typeof ask>>, target: string) =>
    result.targets
      .find((each) => each.target === target)
      ?.days.map(({ date, disposition }) => `${date.slice(-2)} ${disposition}`);

  it("has one disposition for each target and day, and totals that reconcile", async () => {
    await declare(day(0), scopeWith(`${LAN}\n${DMZ}`, `exclusions:\n  - { addresses: [10.8.0.1], reason: fragile }`));
    for (const hour of [0, 12, 24, 36, 48]) await swept("lan", day(0, hour), "complete");
    await swept("lan", day(4, 1), "untrusted");
    await swept("lan", day(5, 0), "complete", "no-response");
    await swept("lan", day(5, 20), "complete", "no-response");

    const result = await ask(day(0), day(7));
    expect(said(result, "lan")).toEqual([
      ...["10 scanned", "11 scanned", "12 scanned", "13 partial"],
      ...["14 untrusted", "15 unreachable", "16 partial"],
    ]);
    expect(said(result, "dmz")).toEqual([10, 11, 12, 13, 14, 15, 16].map((date) => `${date} excluded`));
    expect(result.targets.at(-1)?.days[0]?.reasons).toEqual(["fragile"]);
    expect(result.targetDays).toBe(14);
    expect(Object.values(result.totals).reduce((sum, each) => sum + each)).toBe(14);
    expect(result.totals).toEqual({ scanned: 3, partial: 2, untrusted: 1, unreachable: 1, excluded: 7, gap: 0 });
  });

  it("counts a target from the version of the scope that declares it, once on the day it changes", async () => {
    await declare(day(0), scopeWith(LAN));
    await declare(day(1, 6), scopeWith(`${LAN}\n${DMZ}`));
    const result = await ask(day(0), day(3));
    expect(said(result, "lan")).toEqual(["10 gap", "11 gap", "12 gap"]);
    expect(result.targets.find(({ target }) => target === "dmz")?.days).toMatchObject([
      { date: "2026-03-11", from: "2026-03-11T06:00:00.000Z", disposition: "gap", unknownSeconds: 64_800 },
      { date: "2026-03-12", disposition: "gap" },
    ]);
  });

  it("has the days of the time zone", async () => {
    await declare(day(0), scopeWith(LAN));
    const { targets } = await ask(day(0), day(1), "Asia/Tokyo");
    expect(targets[0]?.days.map(({ date, to }) => [date, to])).toEqual([
      ["2026-03-10", "2026-03-10T15:00:00.000Z"],
      ["2026-03-11", "2026-03-11T00:00:00.000Z"],
    ]);
  });

  it("answers two years at most, one after the other", async () => {
    await declare(day(0), scopeWith(LAN));
    await expect(ask(day(-751), day(0))).rejects.toMatchObject({ next: "Ask for one year after the other." });
    expect((await ask(day(-366), day(1))).totals).toMatchObject({ gap: 367, scanned: 0 });
    await expect(ask(day(1), day(1))).rejects.toMatchObject({ code: "config-invalid" });
  });
});
