import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPeople } from "../src/access/index.ts";
import { permissionsForKeys } from "../src/contract/index.ts";
import { ROLES, type AuthorizedPort, type Endpoint } from "../src/model/index.ts";
import { BINDINGS } from "../src/operations/bindings.ts";
import { recordStepBack } from "../src/operations/clock.ts";
import { scopeInForceNow } from "../src/operations/scope-in-force.ts";
import { createSweepKnown } from "../src/operations/known-endpoints.ts";
import { sweepTarget } from "../src/operations/target-sweeps.ts";
import type { Store } from "../src/platform/storage/index.ts";
import { bindAnswers, recordChange } from "../src/record/change/index.ts";
import { sealLooks } from "../src/record/history/index.ts";
import type { SigningKey } from "../src/record/evidence/index.ts";
import type { Engine } from "../src/sensing/scanner/index.ts";
import { createSweeps } from "../src/watching/sweeps/index.ts";
import { approvedVersion } from "./approved-version.ts";
import type { Place } from "./databases.ts";
import { resignedRecord } from "./resigned-record.ts";

const BEGIN = Date.parse("2026-03-12T12:00:00Z");
const HOUR = 3_600_000;
const HOSTS = 50;
const OPEN_PER_HOST = 100;

const SCOPE = `version: 1
name: many
systemTypes: { host: { cadence: 1h, ports: "1-110" } }
targets: [{ name: net, addresses: [10.9.0.1-10.9.0.${HOSTS}], systemType: host, undeclared: allow }]
assets: [{ name: first, addresses: [10.9.0.1], owner: team-web }]
`;

/** All ports but those from 105 on. */
const AUTHORIZED: AuthorizedPort = {
  selector: { cidr: "10.9.0.0/26" },
  transport: "tcp",
  ports: [1, 104],
  service: "anything",
  owner: "ops",
  justification: "a network of many ports",
  controls: [],
  presence: "optional",
};

/**
 * A record with rows of every kind and 5,000 open endpoints: the record of schema 8, whose rows are adopted, and after it
 * what this version records. Sweeps see ports open, close and open again; findings are opened, resolved and regress;
 * services are identified; people are invited.
 */
export async function recordOfMany(place: Place, key: SigningKey): Promise<Store> {
  const store = await resignedRecord(place, key);
  let now = BEGIN;
  const clock = { now: () => now };
  await bindAnswers({ store, key }, now, BINDINGS);
  const file = join(place.home, "portolan.yaml");
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
  const sweep = async (open: (endpoint: Endpoint) => boolean): Promise<void> => {
    now += HOUR;
    isOpen = open;
    const scope = await scopeInForceNow({ store, clock, key, file, user: "jane" });
    await sweepTarget({ store, clock, sweeps }, scope, "net", {});
  };
  const usual = ({ port }: Endpoint): boolean => port <= OPEN_PER_HOST;
  await sweep(usual);
  const document = "version: 1\nauthorizedPorts: []\n";
  await approvedVersion(store, { ports: [AUTHORIZED], document, by: "Ada", at: now });
  const alsoBackdoor = (endpoint: Endpoint): boolean =>
    usual(endpoint) || (endpoint.port === 105 && endpoint.address === "10.9.0.1");
  await sweep(alsoBackdoor);
  await sweep((endpoint) => usual(endpoint) && endpoint.port !== 7);
  await sweep(alsoBackdoor);

  // Known endpoints, every minute: the first time is a sweep, the others saw the same and are looks.
  const sweepKnown = createSweepKnown({ store, clock, sweeps });
  for (const _look of [1, 2, 3]) {
    now += 60_000;
    await sweepKnown(await scopeInForceNow({ store, clock, key, file, user: "jane" }), {});
  }
  await recordChange({ store, key }, now, sealLooks);

  // A clock that ran ahead, and was set right.
  now += 2 * HOUR;
  await sweep(alsoBackdoor);
  const ahead = now + 1_000;
  now -= 2 * HOUR;
  const detail = "the clock was ahead, and was set right";
  await recordStepBack({ store, key }, { during: { from: now, to: ahead }, detail });

  const operator = { kind: "operator", name: "operator (jane)", roles: ROLES } as const;
  const people = createPeople(
    { store, clock, permissionsOf: permissionsForKeys, url: () => "http://localhost:4600" },
    operator,
  );
  await people.users.invite({ email: "mallory@example.com", name: "Mallory", roles: [{ role: "engineer" }] });
  return store;
}
