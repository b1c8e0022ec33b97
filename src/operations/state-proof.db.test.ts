import { generateKeyPairSync } from "node:crypto";
import { sql } from "kysely";
import { beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { MINUTE, START, sweepsInto, unsigned, type Cell } from "../../test/fixtures/stored-sweeps.ts";
import type { Store } from "../platform/storage/index.ts";
import { beginLog, recordChange, signHead } from "../record/change/index.ts";
import {
  checkStateProof,
  compareTables,
  parseVerifierKey,
  signingKey,
  verifyLog,
  type SigningKey,
} from "../record/evidence/index.ts";
import { sealLooks, takeIn, takeLook } from "../record/history/index.ts";
import { coveredRuns } from "../watching/sweeps/entries.ts";
import { BINDINGS } from "./bindings.ts";
import { stateProof } from "./state-proof.ts";
import { recording } from "../../test/recording.ts";

const key = signingKey(generateKeyPairSync("ed25519").privateKey) as SigningKey;
const clock = { now: () => START + 60 * MINUTE };

eachDatabase("a proof of one state", (open) => {
  let store: Store;
  beforeEach(async () => {
    store = await open();
    await store.transaction((tx) => beginLog(tx, { key, at: START }));
  });

  /** Records a sweep with its entry, as the product does. */
  async function swept(minute: number, cells: readonly Cell[]): Promise<number> {
    const { sweepId, observed } = sweepsInto(store);
    const sweep = await sweepId();
    const at = START + minute * MINUTE;
    const runs = [observed(at - 1, at, cells)];
    await recordChange({ store, key }, at, async (change) => {
      const source = { kind: "sweep", sweepId: sweep } as const;
      const taken = await takeIn(change, { source, vantage: "inside", trusted: true, runs });
      const facts = {
        verdict: "complete",
        planned: cells.length,
        counts: {},
        secondLooks: 0,
        ignoredOutOfOrder: 0,
      } as const;
      const data = { sweep, ...facts, runs: coveredRuns(runs, taken.covered), stateChanges: taken.changes };
      change.append({ type: "sweep-finished", at, data });
    });
    return sweep;
  }

  const hosts = (state: Cell[2]): Cell[] =>
    Array.from({ length: 40 }, (_, host): Cell => [`10.0.0.${host + 1}`, 22, host === 6 ? state : "closed"]);
  const ask = (host: string, port: number, at = START + 60 * MINUTE) =>
    stateProof(store.db, clock, { host, transport: "tcp", port, at });

  it("leads from the host to the checkpoint, in a few kilobytes that name no other host", async () => {
    const first = await swept(1, hosts("closed"));
    const second = await swept(5, hosts("open"));
    const proof = await ask("10.0.0.7", 22);
    expect([proof.state, proof.sweep]).toEqual(["open", second]);
    await signHead({ store, key }, START);
    const signed = await ask("10.0.0.7", 22);
    const [ofLog = ""] = (await verifyLog(store.db)).keys;
    const trusted = parseVerifierKey(ofLog);
    expect(await checkStateProof(signed, { key: trusted })).toEqual({ outcome: "proved", signedBy: trusted?.id });
    const size = JSON.stringify(proof).length;
    expect(size).toBeLessThan(4_000);
    for (let host = 1; host <= 40; host += 1) {
      if (host !== 7) expect(JSON.stringify(proof)).not.toMatch(new RegExp(`10\\.0\\.0\\.${host}\\b`));
    }
    expect(await ask("10.0.0.7", 22, START + 2 * MINUTE)).toMatchObject({ state: "closed", sweep: first });
  });

  it("rests on a look without change after the sweep, once an entry states it", async () => {
    const sweep = await swept(1, hosts("open"));
    const { observed } = sweepsInto(store);
    for (const minute of [2, 3, 4]) {
      const at = START + minute * MINUTE;
      const look = { vantage: "inside", run: observed(at - 1_000, at, hosts("open")), turn: undefined, recordedAt: at };
      expect(await recording(store, (tx) => takeLook(tx, look))).toBeTruthy();
    }
    expect(await ask("10.0.0.7", 22)).toMatchObject({ sweep, state: "open" });
    await recordChange({ store, key }, START + 5 * MINUTE, (change) => sealLooks(change));
    await signHead({ store, key }, START + 5 * MINUTE);
    const proof = await ask("10.0.0.7", 22);
    expect(proof).not.toHaveProperty("sweep");
    expect(proof).toMatchObject({ state: "open", to: "2026-03-14T09:04:00.000Z" });
    expect(proof.entry.body).toContain('"type":"looks-recorded"');
    const [ofLog = ""] = (await verifyLog(store.db)).keys;
    expect(await checkStateProof(proof, { key: parseVerifierKey(ofLog) })).toMatchObject({ outcome: "proved" });
    expect((await ask("10.0.0.7", 22, START + 3 * MINUTE)).to).toBe("2026-03-14T09:03:00.000Z");
    expect(await ask("10.0.0.7", 22, START + MINUTE)).toMatchObject({ sweep });
  });

  it("is refused for what no sweep covered, for two addresses, and where rows were changed", async () => {
    await swept(1, hosts("open"));
    await expect(ask("10.0.0.7", 23)).rejects.toMatchObject({ code: "not-found" });
    await expect(ask("10.0.1.7", 22)).rejects.toMatchObject({ next: "See when it was scanned: portolan history." });
    const ranges = JSON.stringify([{ first: "10.0.0.6", last: "10.0.0.7" }]);
    await recording(store, (tx) =>
      sql`INSERT INTO asset_address (asset, valid_from, ranges)
        VALUES ('pair', ${new Date(START)}, ${ranges}::text::jsonb)`.execute(tx),
    );
    await expect(ask("pair", 22)).rejects.toMatchObject({ next: "Give one of its addresses." });
    const { sweepId, observed } = sweepsInto(store);
    const runs = [observed(START + 2 * MINUTE, START + 2 * MINUTE, hosts("open").slice(0, 9))];
    const source = { kind: "sweep", sweepId: await sweepId() } as const;
    await recording(store, (tx) => takeIn(unsigned(tx), { source, vantage: "inside", trusted: true, runs }));
    const unstated = START + 3 * MINUTE;
    await expect(ask("10.0.0.7", 22, unstated)).rejects.toMatchObject({ next: "Ask for a later instant, with --at." });
    await swept(4, hosts("open"));
    expect((await ask("10.0.0.7", 22)).state).toBe("open");
    await sql`ALTER TABLE host_state DISABLE TRIGGER USER`.execute(store.db);
    await sql`UPDATE host_state SET states = replace(states, 'open', 'closed')`.execute(store.db);
    await expect(ask("10.0.0.7", 22)).rejects.toMatchObject({ code: "evidence-broken" });
    const { contradictions } = await compareTables(store.db, BINDINGS);
    expect(contradictions.map(({ table }) => table)).toContain("coverage_set");
  });
});
