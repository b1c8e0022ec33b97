import { generateKeyPairSync } from "node:crypto";
import { sql } from "kysely";
import { beforeEach, describe, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { MINUTE, sweepsInto } from "../../test/fixtures/stored-sweeps.ts";
import { recording } from "../../test/recording.ts";
import { contradictionsAfter } from "../../test/tamper.ts";
import { gapExplanationBody, gapExplanationResult, gapResult, gapsResult } from "../contract/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { explainedGapBindings } from "../proof/gaps/index.ts";
import { beginLog } from "../record/change/index.ts";
import { compareTables, signingKey } from "../record/evidence/index.ts";
import { parseScope, recordAssetAddresses, recordScope, resolveScope } from "../scope/index.ts";
import { createContinuity } from "./continuity.ts";
import { explainGap } from "./gap-decisions.ts";
import { createGaps } from "./gaps.ts";
import { createHistory } from "./history.ts";

const HOUR = 60 * MINUTE;
const DAWN = Date.UTC(2026, 2, 14);
const at = (hour: number): number => DAWN + hour * HOUR;
const iso = (hour: number, plus = 0): string => new Date(at(hour) + plus).toISOString();
const DOCUMENT = `version: 1
name: small
systemTypes:
  server: { ports: "22,80", cadence: 1h, staleness: 2h }
targets:
  - { name: lan, addresses: [10.7.0.0/30], systemType: server }
assets:
  - { name: "web/1 @x", addresses: [10.7.0.1], systemType: server }
`;
const WEB = "inside/web%2F1%20%40x";
const REST = "inside/lan/undeclared";

eachDatabase("gaps", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let store: Store;
  let now: number;

  beforeEach(async () => {
    store = await open();
    now = at(12);
    const scope = parseScope(DOCUMENT, "portolan.yaml", () => "");
    const resolved = await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
    await recording(store, async (tx) => {
      await beginLog(tx, { key, at: at(0) });
      await recordScope(tx, { scope, document: DOCUMENT, by: "jane", at: at(0) });
      await recordAssetAddresses(tx, resolved, at(0));
    });
    // Known from 0:00 to 4:00, and again from 9:00.
    for (const hour of [0, 2, 9, 11]) await swept(hour);
  });

  const ADDRESSES = ["10.7.0.0", "10.7.0.1", "10.7.0.2", "10.7.0.3"];
  async function swept(hour: number, vantage = "inside", addresses = ADDRESSES): Promise<void> {
    const { observed, sweep } = sweepsInto(store);
    const cells = addresses.flatMap((address) => [22, 80].map((port) => [address, port, "closed"] as const));
    await sweep(vantage, [observed(at(hour) - MINUTE, at(hour), cells)]);
    const placed = sql`UPDATE sweep SET vantage_id = (SELECT id FROM vantage_point WHERE name = ${vantage})
      WHERE id = (SELECT max(id) FROM sweep)`;
    await recording(store, (tx) => placed.execute(tx));
  }

  const clock = { now: () => now };
  const gaps = () => createGaps({ store, clock, key, user: "root" });
  const listed = async (from: number, to: number) =>
    gapsResult.parse(await createHistory({ store, clock }).gaps({ from: at(from), to: at(to) }));
  const explain = async (gap: string, more: object = {}) =>
    gapExplanationResult.parse(
      await gaps().explain(gapExplanationBody.parse({ gap, cause: "power", text: "Power cut.", ...more })),
    );

  it("have names with the instant at which they began, whatever period is asked for, and leave nothing out", async () => {
    const { assets } = await listed(6, 12);
    expect(assets.map(({ asset, gaps: all }) => [asset, all.map(({ gap }) => gap)])).toEqual([
      ["web/1 @x", [`${WEB}@${iso(4, 1)}`]],
      ["lan (undeclared)", [`${REST}@${iso(4, 1)}`]],
    ]);
    const before = await listed(-24, 1);
    expect(before.assets[0]?.gaps).toEqual([
      { from: iso(-24), to: iso(0), cause: `no scope was recorded before ${iso(0)}` },
    ]);
  });

  it("are explained for exactly the time that they have, and unexplained where they grow", async () => {
    now = at(6);
    const name = `${WEB}@${iso(4, 1)}`;
    expect(await explain(name, { references: ["CHG-1"] })).toMatchObject({
      explanation: 1,
      explainedBy: "the operator (root)",
      gaps: [{ asset: "web/1 @x", from: iso(4, 1), to: iso(6) }],
    });
    now = at(12);
    const shown = gapResult.parse(await gaps().show({ gap: name }));
    expect(shown).toMatchObject({
      to: iso(9),
      goesOn: false,
      explanations: [{ explanation: 1, cause: "power", text: "Power cut.", references: ["CHG-1"] }],
      unexplained: [{ from: iso(6), to: iso(9) }],
      unsigned: [{ from: iso(4, 1), to: iso(6) }],
    });
    await gaps().signOff({ gap: name, explanation: undefined, signedOffBy: "Ada" });
    const { assets, explanations } = await listed(0, 12);
    expect(assets[0]?.gaps[0]).toMatchObject({ explanations: [1], unexplainedSeconds: 10_800 });
    expect(assets[0]?.gaps[0]).not.toHaveProperty("unsignedSeconds");
    expect(assets[1]?.gaps[0]).toMatchObject({ unexplainedSeconds: 18_000 - 0.001 });
    expect(explanations).toMatchObject([{ signedOff: { by: "typed by the operator (root): Ada", at: iso(12) } }]);
  });

  it("are explained together, each cut to the one that is named", async () => {
    await swept(7, "inside", ["10.7.0.1"]);
    const [own, rest] = [`${WEB}@${iso(4, 1)}`, `${REST}@${iso(4, 1)}`];
    expect((await explain(own, { everything: true })).gaps).toEqual([
      { asset: "web/1 @x", from: iso(4, 1), to: iso(7) },
      { asset: "lan (undeclared)", from: iso(4, 1), to: iso(7) },
    ]);
    expect(await gaps().show({ gap: rest })).toMatchObject({ unexplained: [{ from: iso(7), to: iso(9) }] });
    const all = gapExplanationBody.parse({ gap: own, cause: "power", text: "x", everything: true });
    const next = "Leave out --everything, and explain the gaps one by one.";
    await expect(explainGap({ store, clock, key, user: "root" }, all, undefined, 1)).rejects.toMatchObject({ next });
    expect((await explain(own)).gaps).toHaveLength(1);
  });

  it("name the days of continuity on which they were explained, and by whom they were signed off", async () => {
    const day = async () =>
      (await createContinuity({ store, clock }).show({ from: at(0), to: at(12), timeZone: "UTC" })).targets[0]?.days[0];
    expect(await day()).toMatchObject({ disposition: "partial", unexplainedSeconds: 18_000 - 0.001 });
    const name = `${WEB}@${iso(4, 1)}`;
    await explain(name);
    // The undeclared hosts of the target have a gap of their own.
    expect(await day()).toMatchObject({ unexplainedSeconds: 18_000 - 0.001, explanations: [1] });
    await explain(name, { everything: true });
    await gaps().signOff({ gap: name, explanation: 2, signedOffBy: "Ada" });
    expect(await day()).toMatchObject({ explanations: [1, 2] });
    expect(await day()).not.toHaveProperty("unexplainedSeconds");
    expect(await day()).not.toHaveProperty("unsignedSeconds");
  });

  it("come with what other sources covered, with shares of endpoints and of the time", async () => {
    await swept(5, "outside", ["10.7.0.0", "10.7.0.2"]);
    const name = `${REST}@${iso(4, 1)}`;
    const expected = [
      {
        kind: "vantage-point",
        name: "outside",
        endpoints: 0.666_666,
        time: expect.closeTo(0.4, 3),
        share: expect.closeTo(0.2667, 3),
        from: iso(5),
        to: iso(7, 1),
      },
    ];
    expect((await gaps().show({ gap: name })).evidence).toEqual(expected);
    expect((await explain(name)).evidence).toEqual(expected);
  });

  it("are refused with the next step where there is none, or nothing waits", async () => {
    const name = `${WEB}@${iso(4, 1)}`;
    const refused = (work: Promise<unknown>, fault: object) => expect(work).rejects.toMatchObject(fault);
    await refused(gaps().show({ gap: "web" }), { code: "config-invalid", place: "GAP" });
    await refused(gaps().show({ gap: `${WEB}@${iso(10)}` }), { code: "not-found" });
    await refused(gaps().show({ gap: `inside/nobody@${iso(4)}` }), { code: "not-found" });
    await refused(gaps().show({ gap: `${WEB}@${iso(13)}` }), { code: "not-found" });
    await refused(gaps().signOff({ gap: name, explanation: undefined, signedOffBy: "Ada" }), {
      code: "not-found",
    });
    await explain(name);
    await explain(name);
    await refused(gaps().signOff({ gap: name, explanation: undefined, signedOffBy: "Ada" }), {
      code: "conflict",
      next: "Name the one that you read: --explanation NUMBER.",
    });
    await refused(gaps().signOff({ gap: name, explanation: 2, signedOffBy: undefined }), {
      code: "config-invalid",
    });
    await gaps().signOff({ gap: name, explanation: 2, signedOffBy: "Ada" });
    await refused(gaps().signOff({ gap: name, explanation: 2, signedOffBy: "Bob" }), {
      code: "conflict",
    });
    expect(await gaps().signOff({ gap: name, explanation: undefined, signedOffBy: "Bob" })).toMatchObject({
      explanation: 1,
    });
  });

  describe("and the log", () => {
    beforeEach(async () => {
      await swept(5, "outside");
      await explain(`${WEB}@${iso(4, 1)}`, { references: ["CHG-1"], everything: true });
      await gaps().signOff({ gap: `${WEB}@${iso(4, 1)}`, explanation: undefined, signedOffBy: "Ada" });
    });

    it("agree", async () => {
      expect((await compareTables(store.db, explainedGapBindings)).contradictions).toEqual([]);
    });

    const statements = [
      ...["vantage", "gap", "cause", "explanation", "explained_by", "user_id"].map(
        (column) => `UPDATE gap_explanation SET ${column} = 'x'`,
      ),
      "UPDATE gap_explanation SET through = 'person'",
      "UPDATE gap_explanation SET refers_to = '[]'",
      "UPDATE gap_explanation SET evidence = '[]'",
      "UPDATE gap_explanation SET parties = '[]'",
      "UPDATE gap_explanation SET explained_at = now()",
      "UPDATE gap_explained SET asset = 'x' WHERE asset IS NOT NULL",
      "UPDATE gap_explained SET undeclared_in = 'x' WHERE undeclared_in IS NOT NULL",
      "UPDATE gap_explained SET gap_from = gap_from - interval '1 hour'",
      "UPDATE gap_explained SET gap_to = gap_to + interval '1 hour'",
      "DELETE FROM gap_explained WHERE asset IS NOT NULL",
      "INSERT INTO gap_explained VALUES (1, 'y', NULL, now(), now() + interval '1 hour')",
      ...["signed_by", "through", "user_id"].map((column) => `UPDATE gap_sign_off SET ${column} = 'x'`),
      "UPDATE gap_sign_off SET signed_at = now()",
      "UPDATE gap_sign_off SET parties = '[]'",
      "DELETE FROM gap_sign_off",
    ];
    it("disagree where a value, a row or a sign-off was changed", { timeout: 60_000 }, async () => {
      for (const statement of statements) {
        const found = await contradictionsAfter(store, explainedGapBindings, statement);
        expect(found.map(({ table }) => table).join(), statement).toMatch(/gap_explanation|gap_sign_off/);
      }
    });
  });
});
