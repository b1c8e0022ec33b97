import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { approvedVersion } from "../../../../test/approved-version.ts";
import { eachDatabase } from "../../../../test/databases.ts";
import type { AuthorizedPort, Instant } from "../../../model/index.ts";
import { beginLog } from "../../../record/change/index.ts";
import { readEntries, signingKey } from "../../../record/evidence/index.ts";
import { openEndpoints } from "../../../record/history/index.ts";
import { addressSet, parsePorts, parseScope, recordScope, resolveScope } from "../../../scope/index.ts";
import { createPlan } from "../../../sensing/scanner/index.ts";
import {
  createSimulatedClock,
  createSimulatedNetwork,
  createWorld,
  type WorldChange,
} from "../../../sensing/simulated/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { DEFAULT_PROBING } from "./probe-plan.ts";
import { createSweeps, type Sweeps } from "./sweeps.ts";
import { recording } from "../../../../test/recording.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 14, 11, 40);
const NET = addressSet([{ first: "10.9.0.1", last: "10.9.0.3" }]);
const DOCUMENT = `version: 1
name: net
systemTypes: { host: { cadence: 1h, ports: "1-20" } }
targets: [{ name: net, addresses: [10.9.0.0/28], systemType: host, undeclared: allow }]
`;
/** The events of the network; the constants below are minutes after the start. */
const CHANGES: readonly WorldChange[] = [
  { at: START + 8 * MINUTE, address: "10.9.0.1", kind: "opens", transport: "tcp", port: 7 },
  { at: START + 12 * MINUTE, address: "10.9.0.1", kind: "closes", transport: "tcp", port: 7 },
  { at: START + 15 * MINUTE, address: "10.9.0.2", kind: "goes-down" },
  { at: START + 30 * MINUTE, address: "10.9.0.2", kind: "comes-up" },
];
const EXPIRES_AT = 40;
const APPROVED_AT = 45;
const FULL_AT = [35];
const MINUTES = 50;

const authorized = (port: number, expires?: Instant): AuthorizedPort => ({
  selector: { systemType: "host" },
  transport: "tcp",
  ports: [port, port],
  owner: "jane",
  justification: "needed",
  controls: [],
  presence: "optional",
  ...(expires === undefined ? {} : { expires }),
});

/** What the record says in the end, without keys, salts and seeds. */
async function told(store: Store): Promise<readonly unknown[]> {
  const entries: unknown[] = [];
  for await (const { type, body } of readEntries(store.db)) {
    if (type === "log-created") continue;
    entries.push(JSON.parse(body.replace(/"(evidenceCommitment|states)":"[0-9a-f]{64}"/g, '"$1":""')));
  }
  const looks = await store.db.selectFrom("look").select(["covered_from", "covered_to"]).orderBy("id").execute();
  return [entries, looks];
}

eachDatabase("a look that saw the same as the one before", (open) => {
  async function watch(forgets: boolean) {
    const store = await open();
    const key = signingKey(generateKeyPairSync("ed25519").privateKey);
    const clock = createSimulatedClock(START);
    const service = { service: "ssh", product: "OpenSSH", version: "9.6", confidence: "high", evidence: "" } as const;
    const hosts = [1, 2, 3].map((host) => ({
      address: `10.9.0.${host}`,
      open: [{ transport: "tcp", port: 2, service } as const, { transport: "tcp", port: 5 } as const],
    }));
    const network = createSimulatedNetwork(createWorld(hosts, CHANGES), clock);
    const scope = parseScope(DOCUMENT, "portolan.yaml", () => "");
    const resolved = await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
    if (key === undefined) throw new Error("not an Ed25519 key");
    await recording(store, async (tx) => {
      await beginLog(tx, { key, at: START, origin: "test" });
      await recordScope(tx, { scope, document: DOCUMENT, by: "jane", at: START });
    });
    const approve = (ports: readonly AuthorizedPort[]) =>
      approvedVersion(store, { ports, document: JSON.stringify(ports), by: "Ada", at: clock.now() });
    await approve([authorized(2), authorized(5, START + EXPIRES_AT * MINUTE)]);

    const sweepsOf = (): Sweeps =>
      createSweeps({ store, clock, key, engineNamed: () => network.engine, identify: network.identify });
    let sweeps = sweepsOf();
    let repeated = 0;
    for (let minute = 0; minute < MINUTES; minute += 1) {
      clock.moveTo(START + minute * MINUTE);
      if (minute === APPROVED_AT) await approve([authorized(2), authorized(5)]);
      if (forgets) sweeps = sweepsOf();
      const isFull = minute === 0 || FULL_AT.includes(minute);
      const known = await openEndpoints(store.db, { vantage: "inside", addresses: NET });
      const blocks = isFull
        ? [{ addresses: NET, ports: parsePorts("1-20") }]
        : known.map(({ address, port }) => ({
            addresses: addressSet([{ first: address, last: address }]),
            ports: parsePorts(`${port}`),
          }));
      const seed = minute.toString(16).padStart(32, "0");
      const recorded = await sweeps.run(
        {
          kind: isFull ? "full" : "known",
          targets: isFull ? ["net"] : [],
          plan: createPlan({ blocks, seed }),
          engine: "connect",
          parameters: { ...DEFAULT_PROBING, rate: 1_000, perHostRate: 1_000 },
          resolved,
          scopeVersion: 1,
          requestedBy: "schedule",
        },
        {},
      );
      if (recorded.repeats === true) repeated += 1;
    }
    return { told: await told(store), repeated };
  }

  it("is recorded without being judged again, and the record is the same as if it had been", async () => {
    const judged = await watch(true);
    expect(judged.repeated).toBe(0);
    const kept = await watch(false);
    expect(kept.repeated).toBeGreaterThan(20);
    expect(kept.told).toEqual(judged.told);
    // The port that opened, and the authorization that ended between two looks.
    expect(JSON.stringify(kept.told)).toContain("finding-opened");
    expect(JSON.stringify(kept.told)).toContain(new Date(START + EXPIRES_AT * MINUTE).toISOString());
  }, 300_000);
});
