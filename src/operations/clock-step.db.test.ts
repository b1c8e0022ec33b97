import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { contradictionsAfter } from "../../test/tamper.ts";
import type { Store } from "../platform/storage/index.ts";
import { beginLog } from "../record/change/index.ts";
import { compareTables, signingKey } from "../record/evidence/index.ts";
import { BINDINGS } from "./bindings.ts";
import { recordStepBack } from "./clock.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const steps = BINDINGS.filter(({ table }) => table === "clock_step");

eachDatabase("a step of the clock", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let store: Store;

  beforeEach(async () => {
    store = await open();
    await store.transaction((tx) => beginLog(tx, { key, at: NOON }));
    await recordStepBack(
      { store, key },
      { during: { from: NOON + 1_000, to: NOON + 9_000 }, detail: "the clock was ahead" },
    );
  });

  it("is as its entry states it", async () => {
    expect(await compareTables(store.db, steps)).toMatchObject({ compared: [{ rows: 1 }], contradicting: 0 });
  });

  it.each([
    ["at", "'2020-01-01'"],
    ["ahead_until", "'2030-01-01'"],
    ["scope_version", "7"],
    ["baseline_version", "7"],
    ["last_look", "7"],
    ["last_sweep", "7"],
  ])("is named where its %s was changed", async (column, value) => {
    const found = await contradictionsAfter(store, steps, `UPDATE clock_step SET ${column} = ${value}`);
    expect(found.map((each) => each.column)).toEqual([column]);
  });
});
