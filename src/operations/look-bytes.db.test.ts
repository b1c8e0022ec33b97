// @module-tag long
import { generateKeyPairSync } from "node:crypto";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { beginLog } from "../record/change/index.ts";
import { signingKey } from "../record/evidence/index.ts";
import { openEndpoints } from "../record/history/index.ts";
import { addressSet, parsePorts, parseScope, recordScope, resolveScope } from "../scope/index.ts";
import { createPlan, type Engine } from "../sensing/scanner/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { createSweeps, DEFAULT_PROBING, type SweepOrder } from "../watching/sweeps/index.ts";
import { signWhatIsDue } from "./checkpoints.ts";
import { knownBlocks } from "./order.ts";
import { recording } from "../../test/recording.ts";

/** The bytes that a look without change leaves in all tables and indexes, however many ports are open. */
const LOOKS = Number(process.env["PORTOLAN_LOOKS"] ?? 240);
const MOST_BYTES = 300;
/** With 30000, which takes minutes on each database, the figure is the same. */
const MANY_PORTS = Number(process.env["PORTOLAN_LOOK_PORTS"] ?? 3_000);

const NOON = Date.UTC(2026, 2, 14, 12);
const MINUTE = 60_000;
const DOCUMENT = `version: 1
name: net
systemTypes:
  host: { cadence: 1h, ports: "1-1000" }
targets:
  - { name: net, addresses: [10.9.0.0/26], systemType: host, undeclared: allow }
`;

eachDatabase("a look without change", (open, kind) => {
  it.each([3, MANY_PORTS])(
    `costs at most ${MOST_BYTES} bytes with %i open ports`,
    async (ports) => {
      const store = await open();
      const monitored = await monitor(store, ports);
      await monitored.fullSweep();
      expect(await monitored.openPorts()).toBe(ports);
      // The first of them leaves a sweep; space is reused once dead rows are gone.
      for (let minute = 0; minute < 120; minute++) await monitored.look(kind === "postgresql");
      const before = await bytesIn(store);
      for (let minute = 0; minute < LOOKS; minute++) await monitored.look(kind === "postgresql");
      const each = ((await bytesIn(store)) - before) / LOOKS;
      process.stdout.write(`${kind}, ${ports} open ports: ${each.toFixed(0)} bytes a look, over ${LOOKS} looks\n`);
      expect(await countOf(store, "look")).toBe(119 + LOOKS);
      expect(each).toBeLessThanOrEqual(MOST_BYTES);
    },
    3_600_000,
  );
});

async function monitor(store: Store, open: number) {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey);
  if (key === undefined) throw new Error("not an Ed25519 key");
  let now = NOON;
  const clock = { now: () => now };
  const scope = parseScope(DOCUMENT, "portolan.yaml", () => "");
  await recording(store, async (tx) => {
    await beginLog(tx, { key, at: NOON });
    await recordScope(tx, { scope, document: DOCUMENT, by: "jane", at: NOON });
  });
  const resolved = await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
  const addresses = addressSet([{ first: "10.9.0.1", last: "10.9.0.30" }]);
  const engine: Engine = {
    name: "connect",
    scan({ probes, onResult }) {
      let sent = 0;
      for (let next = probes.next(); next.done !== true; next = probes.next()) {
        const { index, endpoint } = next.value;
        const isOpen = open > 3 ? endpoint.port <= open / 30 : endpoint.address === "10.9.0.1" && endpoint.port <= open;
        onResult({ index, endpoint, state: isOpen ? "open" : "closed", at: now });
        sent += 1;
      }
      const none = { retried: 0, selfConnects: 0, fdLimit: 0, errors: {}, forgotten: 0, loss: 0 };
      return Promise.resolve({ sent, ...none, networks: [], doubtful: [] });
    },
  };
  const sweeps = createSweeps({ store, clock, key, engineNamed: () => engine });
  const orderOf = (kind: SweepOrder["kind"], blocks: Parameters<typeof createPlan>[0]["blocks"]): SweepOrder => ({
    kind,
    targets: [],
    plan: createPlan({ blocks, seed: "00112233445566778899aabbccddeeff" }),
    engine: "connect",
    parameters: { ...DEFAULT_PROBING, rate: 1_000, perHostRate: 1_000 },
    resolved,
    scopeVersion: 1,
    requestedBy: "schedule",
  });
  const held = () => openEndpoints(store.db, { vantage: "inside", addresses });
  let looks = 0;
  return {
    openPorts: async () => (await held()).length,
    fullSweep: async () => await sweeps.run(orderOf("full", [{ addresses, ports: parsePorts("1-1000") }]), {}),
    async look(vacuums: boolean) {
      now += MINUTE;
      const blocks = knownBlocks(resolved, addresses, await held(), [], now, 20_000);
      await sweeps.run(orderOf("known", blocks), {});
      await signWhatIsDue({ store, clock, key });
      looks += 1;
      // A server vacuums these once a minute, which takes longer than a simulated one.
      if (!vacuums || looks % 30 !== 0) return;
      for (const table of ["sweep", "sweep_chunk"]) await store.executeSql(`VACUUM ${table}`);
    },
  };
}

async function bytesIn(store: Store): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    SELECT sum(pg_total_relation_size(oid))::float8 AS bytes FROM pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`.execute(store.db);
  return rows[0]?.bytes ?? Number.NaN;
}

async function countOf(store: Store, table: "look"): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int4 AS n FROM ${sql.table(table)}`.execute(store.db);
  return rows[0]?.n ?? Number.NaN;
}
