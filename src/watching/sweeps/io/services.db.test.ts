import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { approvedVersion } from "../../../../test/approved-version.ts";
import { eachDatabase } from "../../../../test/databases.ts";
import { beginLog } from "../../../record/change/index.ts";
import { readEntries, signingKey } from "../../../record/evidence/index.ts";
import { listFindings } from "../../../judgement/findings/index.ts";
import { servicesAt } from "../../../record/history/index.ts";
import { endpointKey, type AuthorizedPort, type Endpoint, type ServiceIdentity } from "../../../model/index.ts";
import { createPlan, type Engine } from "../../../sensing/scanner/index.ts";
import {
  addressSet,
  parsePorts,
  parseScope,
  recordScope,
  resolveScope,
  type ResolvedScope,
} from "../../../scope/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import type { Identify } from "./ask-services.ts";
import { DEFAULT_PROBING } from "./probe-plan.ts";
import type { RecordedSweep } from "./record-sweep.ts";
import { createSweeps } from "./sweeps.ts";
import { recording } from "../../../../test/recording.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const DAY = 86_400_000;
const HOUR = 3_600_000;
const DOCUMENT = `version: 1
name: test
systemTypes: { host: { cadence: 30d, ports: "1-100" } }
targets: [{ name: net, addresses: [10.9.0.0/28], systemType: host, undeclared: allow }]
`;
const NETWORK = addressSet([{ first: "10.9.0.1", last: "10.9.0.1" }]);
const port22: Endpoint = { address: "10.9.0.1", transport: "tcp", port: 22 };
const SSH: ServiceIdentity = {
  service: "ssh",
  product: "OpenSSH",
  version: "9.2p1",
  confidence: "high",
  evidence: "U1NI",
};
const TELNET: ServiceIdentity = { service: "telnet", confidence: "high", evidence: "//0Y" };
const AUTHORIZED: AuthorizedPort = {
  selector: { cidr: "10.9.0.0/28" },
  transport: "tcp",
  ports: [22, 22],
  service: "ssh",
  owner: "ops",
  justification: "administration",
  controls: [],
  presence: "optional",
};

eachDatabase("the service on an open port", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let store: Store;
  let resolved: ResolvedScope;
  let now = NOON;
  let state: "open" | "closed";
  /** What the nth asking in a sweep is answered, counted from 1; undefined: nothing that is known. */
  let answer: (asking: number) => ServiceIdentity | undefined;
  let asked: string[];

  const engine: Engine = {
    name: "connect",
    scan({ probes, onResult }) {
      for (let next = probes.next(); next.done !== true; next = probes.next()) {
        onResult({ ...next.value, state: next.value.endpoint.port === 22 ? state : "closed", at: now });
      }
      const none = { sent: 0, retried: 0, selfConnects: 0, fdLimit: 0, errors: {}, forgotten: 0, loss: 0 };
      return Promise.resolve({ ...none, networks: [], doubtful: [] });
    },
  };
  const identify: Identify = (endpoints, { onResult }) => {
    for (const endpoint of endpoints) {
      asked.push(endpointKey(endpoint));
      const identity = answer(asked.length);
      if (identity === undefined) onResult(endpoint, { kind: "unidentified", why: "silent", evidence: "" });
      else onResult(endpoint, { kind: "identified", identity });
    }
    return Promise.resolve();
  };

  async function sweep(later: number): Promise<RecordedSweep> {
    now += later;
    asked = [];
    const sweeps = createSweeps({ store, clock: { now: () => now }, key, engineNamed: () => engine, identify });
    const order = {
      kind: "full",
      targets: ["net"],
      plan: createPlan({ blocks: [{ addresses: NETWORK, ports: parsePorts("1-30") }], seed: "00".repeat(16) }),
      ports: "1-30",
      engine: "connect",
      parameters: { ...DEFAULT_PROBING, rate: 1_000, perHostRate: 1_000 },
      resolved,
      scopeVersion: 1,
      requestedBy: "schedule",
    } as const;
    return await sweeps.run(order, {});
  }
  const knownAt = async (at: number) =>
    (await servicesAt(store.db, { vantage: "inside", addresses: NETWORK, at })).get(endpointKey(port22))?.identity
      ?.service;
  const openKinds = async () =>
    (await listFindings(store.db, { vantage: "inside" }))
      .filter(({ status }) => status !== "resolved")
      .map(({ kind }) => kind)
      .sort();

  beforeEach(async () => {
    now = NOON;
    state = "open";
    store = await open();
    const scope = parseScope(DOCUMENT, "portolan.yaml", () => "");
    await recording(store, async (tx) => {
      await beginLog(tx, { key, at: NOON });
      await recordScope(tx, { scope, document: DOCUMENT, by: "jane", at: NOON });
    });
    await approvedVersion(store, { ports: [AUTHORIZED], document: "version: 1\n", by: "Ada", at: NOON });
    resolved = await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
  });

  it("is identified when the port is new, and once a day while nothing changes", async () => {
    answer = () => SSH;
    const first = await sweep(HOUR);
    expect(asked).toEqual(["tcp/10.9.0.1:22"]);
    expect(first.serviceOf(port22)).toEqual(SSH);
    const finished = [];
    for await (const { body } of readEntries(store.db)) {
      const entry = JSON.parse(body) as { type: string; data: Record<string, unknown> };
      if (entry.type === "sweep-finished") finished.push(entry.data);
    }
    expect(finished[0]?.["services"]).toEqual([
      { endpoint: "tcp/10.9.0.1:22", service: "ssh", product: "OpenSSH", version: "9.2p1" },
    ]);
    expect((await sweep(HOUR)).serviceOf(port22)).toEqual(SSH);
    expect(asked).toEqual([]);
    await sweep(DAY);
    expect(asked).toHaveLength(1);
    expect(await openKinds()).toEqual([]);
    // Before anybody had asked, nobody knew.
    expect([await knownAt(NOON), await knownAt(now)]).toEqual([undefined, "ssh"]);
  });

  it("is service-changed when another service answers twice, and answers as of each instant", async () => {
    answer = () => SSH;
    await sweep(HOUR);
    const before = now;
    answer = () => TELNET;
    const changed = await sweep(DAY);
    expect(asked).toHaveLength(2);
    expect(changed.opened.map(({ kind }) => kind).sort()).toEqual(["insecure-service", "service-changed"]);
    expect(changed.opened.find(({ kind }) => kind === "service-changed")?.summary).toBe(
      "tcp port 22 (ssh) on 10.9.0.1 is telnet, and authorized as ssh",
    );
    expect([await knownAt(before), await knownAt(now)]).toEqual(["ssh", "telnet"]);

    // Not known is not changed back.
    answer = () => undefined;
    const silent = await sweep(DAY);
    expect(silent.resolved).toEqual([]);
    expect(await openKinds()).toEqual(["insecure-service", "service-changed"]);

    answer = () => SSH;
    const back = await sweep(DAY);
    expect(back.resolved.map(({ resolution }) => resolution)).toEqual(
      Array.from({ length: 2 }, () => "identified as ssh · OpenSSH 9.2p1 on 10.9.0.1"),
    );
    expect(await openKinds()).toEqual([]);
  });

  it("stays as it was when the second reply differs or is missing, ends with its port, and is identified again after that", async () => {
    answer = () => undefined;
    await sweep(HOUR);
    await sweep(HOUR);
    expect(asked).toEqual([]);
    expect(await openKinds()).toEqual([]);
    answer = () => SSH;
    await sweep(DAY);
    expect(await knownAt(now)).toBe("ssh");
    for (const second of [SSH, undefined]) {
      answer = (asking) => (asking === 1 ? TELNET : second);
      await sweep(DAY);
      expect(asked).toHaveLength(2);
      expect(await openKinds()).toEqual([]);
      expect(await knownAt(now)).toBe("ssh");
    }
    answer = () => TELNET;
    await sweep(DAY);
    expect(await openKinds()).toEqual(["insecure-service", "service-changed"]);
    state = "closed";
    const shut = await sweep(HOUR);
    expect(shut.resolved.map(({ resolution }) => resolution)).toEqual([
      "observed closed on 10.9.0.1",
      "observed closed on 10.9.0.1",
    ]);
    expect(await knownAt(now)).toBeUndefined();
    state = "open";
    answer = () => SSH;
    await sweep(HOUR);
    expect(asked).toHaveLength(1);
    expect(await knownAt(now)).toBe("ssh");
  });
});
