import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordEvidenceRead } from "../src/access/index.ts";
import { ROLES, type AuthorizedPort, type Endpoint } from "../src/model/index.ts";
import { scopeInForceNow } from "../src/operations/scope-in-force.ts";
import { createSweepKnown } from "../src/operations/known-endpoints.ts";
import { sweepTarget } from "../src/operations/target-sweeps.ts";
import type { Store } from "../src/platform/storage/index.ts";
import { recordChange, signHead } from "../src/record/change/index.ts";
import { sealLooks } from "../src/record/history/index.ts";
import type { SigningKey } from "../src/record/evidence/index.ts";
import type { Engine } from "../src/sensing/scanner/index.ts";
import { createSweeps } from "../src/watching/sweeps/index.ts";
import { approvedVersion } from "./approved-version.ts";

export const FIRST_DAY = Date.UTC(2020, 0, 1, 12);
const MINUTE = 60_000;
const OPERATOR = { kind: "operator", name: "operator (jane)", roles: ROLES } as const;

const SCOPE = `version: 1
name: small
systemTypes: { host: { cadence: 1d, ports: "1-30" } }
targets: [{ name: net, addresses: [10.9.0.1-10.9.0.3], systemType: host, undeclared: allow }]
assets:
  - { name: web-1, addresses: [10.9.0.1], owner: team-web }
  - { name: db-3, addresses: [10.9.0.2], owner: team-data }
`;

const AUTHORIZED: AuthorizedPort = {
  selector: { cidr: "10.9.0.0/26" },
  transport: "tcp",
  ports: [1, 19],
  service: "anything",
  owner: "ops",
  justification: "every port below 20",
  controls: [],
  presence: "optional",
};

/** A record of some years under a simulated clock, made by the real pipeline. */
export interface SimulatedRecord {
  readonly store: Store;
  readonly key: SigningKey;
  readonly clock: { now(): number };
  readonly file: string;
  /** Moves the clock. */
  until(instant: number): void;
  /** A full sweep, two looks and their entry, a checkpoint, and a read of evidence. Ports 20 and higher are findings. */
  look(open: (endpoint: Endpoint) => boolean): Promise<void>;
}

/** Port 5 is open all the time, port 6 in every other quarter, and port 21 in one quarter of each year. */
export function usual(quarter: number) {
  return ({ address, port }: Endpoint): boolean =>
    address !== "10.9.0.3" && (port === 5 || (port === 6 && quarter % 2 === 0) || (port === 21 && quarter % 4 === 1));
}

/** Begins a record in `FIRST_DAY`. */
export async function simulatedRecord(store: Store, key: SigningKey): Promise<SimulatedRecord> {
  let now = FIRST_DAY;
  const clock = { now: () => now };
  const file = join(await mkdtemp(join(tmpdir(), "six-years-")), "portolan.yaml");
  await writeFile(file, SCOPE);
  let isOpen = (_endpoint: Endpoint): boolean => false;
  const engine: Engine = {
    name: "connect",
    scan({ probes, onResult }) {
      for (let next = probes.next(); next.done !== true; next = probes.next()) {
        onResult({ ...next.value, state: isOpen(next.value.endpoint) ? "open" : "closed", at: now });
      }
      const none = { sent: 0, retried: 0, selfConnects: 0, fdLimit: 0, errors: {}, forgotten: 0, loss: 0 };
      return Promise.resolve({ ...none, networks: [], doubtful: [] });
    },
  };
  const sweeps = createSweeps({
    store,
    clock,
    key,
    engineNamed: () => engine,
    identify: (endpoints, { onResult }) => {
      for (const endpoint of endpoints) {
        const evidence = Buffer.from(`SSH-2.0-${endpoint.port}`).toString("base64");
        onResult(endpoint, { kind: "identified", identity: { service: "ssh", confidence: "high", evidence } });
      }
      return Promise.resolve();
    },
  });
  const sweepKnown = createSweepKnown({ store, clock, sweeps });
  const scope = () => scopeInForceNow({ store, clock, key, file, user: "jane" });
  await scope();
  await approvedVersion(store, {
    ports: [AUTHORIZED],
    document: "version: 1\nauthorizedPorts: []\n",
    by: "Ada",
    at: now,
  });
  return {
    store,
    key,
    clock,
    file,
    until(instant) {
      now = instant;
    },
    async look(open) {
      isOpen = open;
      await sweepTarget({ store, clock, sweeps }, await scope(), "net", {});
      for (let minute = 0; minute < 3; minute++) {
        now += MINUTE;
        await sweepKnown(await scope(), {});
      }
      now += MINUTE;
      await recordChange({ store, key }, now, sealLooks);
      await recordEvidenceRead({ store, clock }, { by: OPERATOR, what: "GET /api/v1/evidence/entries" });
      await signHead({ store, key }, now);
    },
  };
}

/** The record of so many quarters of a year, with one day of looking in each. */
export async function simulateQuarters(record: SimulatedRecord, quarters: number): Promise<void> {
  for (let quarter = 0; quarter < quarters; quarter++) {
    record.until(dayOf(quarter));
    await record.look(usual(quarter));
  }
}

/** When the day of looking in a quarter begins. */
export function dayOf(quarter: number): number {
  return new Date(FIRST_DAY).setUTCMonth(3 * quarter);
}
