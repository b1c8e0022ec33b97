// @module-tag long
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshPlace, STORE_KINDS, type Place } from "../../test/databases.ts";
import { openStore, type Store } from "../platform/storage/index.ts";
import { viewAt } from "../record/history/index.ts";
import { addressSet, portSet } from "../scope/index.ts";
import { restoreRecord } from "./backup.ts";
import { createHistory } from "./history.ts";
import { readThen } from "./scope-then.ts";
import { recording } from "../../test/recording.ts";

/** Three days of a record, with a finding that came back and time in which nobody looked. */
const FIXTURE = join(import.meta.dirname, "../../test/fixtures/upgrades/schema-8.backup");

describe.each(STORE_KINDS)("the life of an endpoint (%s)", (kind) => {
  let place: Place;
  let store: Store;
  let now = 0;
  const ask = (host: string, port: number, more = {}) =>
    createHistory({ store, clock: { now: () => now } }).endpoint({ host, transport: "tcp", port, ...more });
  beforeAll(async () => {
    place = await freshPlace(kind, "empty");
    await restoreRecord(place, () => createReadStream(FIXTURE));
    store = await openStore(place);
    const { rows } = await sql<{ at: Date }>`SELECT max(recorded_at) AS at FROM evidence_entry`.execute(store.db);
    now = rows[0]!.at.getTime();
  }, 120_000);
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  it("says at each instant what the answer about that instant says", async () => {
    const { rows } = await sql<{ address: string; port: number }>`
      (SELECT host(address) AS address, port FROM endpoint WHERE transport = 'tcp' ORDER BY id LIMIT 6)
      UNION ALL SELECT host(min(address)), 4 FROM endpoint`.execute(store.db);
    const seen = new Set<string>();
    for (const { address, port } of rows) {
      const { endpoints, from, vantage } = await ask(address, port);
      const states = endpoints[0]!.states;
      const ends = states.flatMap((each) => [Date.parse(each.from), Date.parse(each.to) - 1]);
      for (const at of new Set([Date.parse(from), ...ends])) {
        const { views } = await readThen(store.db, at, { vantage });
        const view = views.find(({ addresses }) => addresses.has(address));
        if (view === undefined) continue;
        const addresses = addressSet([{ first: address, last: address }]);
        const only = { ...view, addresses, ports: portSet({ tcp: [[port, port]], udp: [] }) };
        const [answer] = await viewAt(store.db, { at, vantage, assets: [only] });
        const said = states.find((each) => Date.parse(each.from) <= at && at < Date.parse(each.to))!;
        expect([address, port, at, said.state]).toEqual([
          address,
          port,
          at,
          Object.entries(answer!.counts).find(([, count]) => count > 0)![0],
        ]);
        seen.add(said.state);
      }
    }
    expect([...seen]).toEqual(expect.arrayContaining(["open", "closed", "unknown"]));
  });

  it("has the decisions, the findings and the sums of its states", async () => {
    const { rows } = await sql<{ address: string; port: number }>`
      SELECT coalesce(subject ->> 'address', subject -> 'addresses' ->> 0) AS address, (subject ->> 'port')::int AS port
      FROM finding JOIN finding_episode ON finding_id = finding.id WHERE subject ->> 'transport' = 'tcp' LIMIT 1`.execute(
      store.db,
    );
    const { endpoints, answeredAt, recordedUntil } = await ask(rows[0]!.address, rows[0]!.port);
    const [life] = endpoints;
    expect(life!.findings.length).toBeGreaterThan(0);
    expect(life!.authorizations.length).toBeGreaterThan(0);
    const open = life!.states.filter(({ state }) => state === "open");
    const seconds = open.reduce((sum, { from, to }) => sum + (Date.parse(to) - Date.parse(from)) / 1_000, 0);
    expect(life!.openSeconds).toBeCloseTo(seconds, 6);
    expect([answeredAt, recordedUntil]).toEqual([new Date(now).toISOString(), new Date(now).toISOString()]);
  });

  it("refuses a host that nobody declared, an empty period and the future", async () => {
    await expect(ask("nobody", 22)).rejects.toMatchObject({ code: "not-found" });
    expect((await ask("10.0.0.1", 22)).endpoints[0]!.states.map(({ state }) => state)).toEqual(["unknown"]);
    await expect(ask("10.0.0.1", 22, { from: now - 1, to: now - 2 })).rejects.toMatchObject({ code: "config-invalid" });
    await expect(ask("10.0.0.1", 22, { to: now + 1 })).rejects.toMatchObject({ code: "config-invalid" });
  });

  it("answers for each address of an asset, and for one of a network", async () => {
    const addresses = (asset: string, first: string, last: string) =>
      recording(store, (tx) =>
        sql`INSERT INTO asset_address (asset, valid_from, ranges)
          VALUES (${asset}, ${new Date(now)}, ${JSON.stringify([{ first, last }])}::text::jsonb)`.execute(tx),
      );
    await addresses("pair", "10.9.0.1", "10.9.0.2");
    await addresses("network", "10.9.1.0", "10.9.1.255");
    expect((await ask("pair", 22)).endpoints.map(({ address }) => address)).toEqual(["10.9.0.1", "10.9.0.2"]);
    await expect(ask("network", 22)).rejects.toMatchObject({
      code: "config-invalid",
      next: "Give one of its addresses.",
    });
    expect((await ask("10.9.1.7", 22)).endpoints).toHaveLength(1);
  });
});
