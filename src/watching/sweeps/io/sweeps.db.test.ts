import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { approvedVersion } from "../../../../test/approved-version.ts";
import { eachDatabase } from "../../../../test/databases.ts";
import { beginLog } from "../../../record/change/index.ts";
import { readEntries, signingKey, verifyLog } from "../../../record/evidence/index.ts";
import { openEndpoints } from "../../../record/history/index.ts";
import { addressesOf, endpointKey, type Endpoint } from "../../../model/index.ts";
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
import { DEFAULT_PROBING } from "./probe-plan.ts";
import type { SweepOrder } from "./begin-sweep.ts";
import { createSweeps, type Sweeps } from "./sweeps.ts";
import type { RecordedSweep } from "./record-sweep.ts";
import { recording } from "../../../../test/recording.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const DOCUMENT = `version: 1
name: test
systemTypes: { host: { cadence: 1h, ports: "1-100" } }
targets: [{ name: net, addresses: [10.9.0.0/28], systemType: host, undeclared: allow }]
`;
const NETWORK = [{ first: "10.9.0.1", last: "10.9.0.10" }];

type Answer = "open" | "closed" | "no-response";

eachDatabase("a sweep, from its plan to the record", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let store: Store;
  let resolved: ResolvedScope;
  let now = NOON;
  /** What the network answers to the nth probe of an endpoint, counted from 1 for each sweep. */
  let answer: (endpoint: Endpoint, look: number) => Answer;
  let looks: Map<string, number>;
  /** Happens once, before the answer to the next second look. */
  let meanwhile: (() => Promise<void>) | undefined;

  const engine: Engine = {
    name: "connect",
    async scan({ probes, onResult }) {
      let sent = 0;
      for (let next = probes.next(); next.done !== true; next = probes.next()) {
        const { index, endpoint } = next.value;
        const look = (looks.get(endpointKey(endpoint)) ?? 0) + 1;
        looks.set(endpointKey(endpoint), look);
        if (look > 1) await happening();
        onResult({ index, endpoint, state: answer(endpoint, look), at: now });
        sent += 1;
      }
      return {
        sent,
        retried: 0,
        selfConnects: 0,
        fdLimit: 0,
        errors: {},
        forgotten: 0,
        loss: 0,
        networks: [],
        doubtful: [],
      };
    },
  };
  async function happening(): Promise<void> {
    const happens = meanwhile;
    meanwhile = undefined;
    await happens?.();
  }
  const clock = { now: () => now };
  const sweepsOf = (): Sweeps => createSweeps({ store, clock, key, engineNamed: () => engine });

  function orderOf(ports: string, addresses = NETWORK): SweepOrder {
    const blocks = [{ addresses: addressSet(addresses), ports: parsePorts(ports) }];
    return {
      kind: "full",
      targets: ["net"],
      plan: createPlan({ blocks, seed: "00112233445566778899aabbccddeeff" }),
      engine: "connect",
      parameters: { ...DEFAULT_PROBING, rate: 1_000, perHostRate: 1_000 },
      resolved,
      scopeVersion: 1,
      requestedBy: "schedule",
    };
  }

  async function sweep(ports: string, addresses = NETWORK): Promise<RecordedSweep> {
    looks = new Map();
    now += 600_000;
    return await sweepsOf().run(orderOf(ports, addresses), {});
  }

  const held = async (): Promise<number> =>
    (await openEndpoints(store.db, { vantage: "inside", addresses: addressSet(NETWORK) })).length;

  beforeEach(async () => {
    now = NOON;
    store = await open();
    const scope = parseScope(DOCUMENT, "portolan.yaml", () => "");
    await recording(store, async (tx) => {
      await beginLog(tx, { key, at: NOON });
      await recordScope(tx, { scope, document: DOCUMENT, by: "jane", at: NOON });
    });
    await approvedVersion(store, { ports: [], document: "version: 1\nauthorizedPorts: []\n", by: "Ada", at: NOON });
    resolved = await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
  });

  it("measures its recall on what was open before, and says so in the log", async () => {
    answer = ({ port }) => (port <= 50 ? "open" : "closed");
    const first = await sweep("1-100");
    // Five hundred endpoints are open, each port on ten addresses: they measure each other.
    expect(first.sweep).toMatchObject({ verdict: "complete", recall: { canaries: 500, found: 500, high: 1 } });
    expect(await held()).toBe(500);

    const lost = new Set(["10.9.0.3 7", "10.9.0.4 9"]);
    answer = ({ address, port }, look) =>
      port > 50 ? "closed" : look === 1 && lost.has(`${address} ${port}`) ? "no-response" : "open";
    const second = await sweep("1-100");
    expect(second.sweep).toMatchObject({ verdict: "complete", recall: { canaries: 500, found: 498 } });
    expect(second.outcome.counts).toMatchObject({ open: 500 });
    const bodies: string[] = [];
    for await (const { type, body } of readEntries(store.db)) if (type === "sweep-finished") bodies.push(body);
    expect(JSON.parse(bodies[1] ?? "")).toMatchObject({ data: { recall: { canaries: 500, found: 498 } } });
  });

  it("that missed more than one in a hundred is untrusted, and changes nothing but coverage", async () => {
    answer = ({ port }) => (port <= 50 ? "open" : "closed");
    const before = await sweep("1-100");
    answer = ({ address, port }, look) => {
      // News that would open and resolve findings, were the sweep to be believed.
      if (port === 60) return "open";
      if (port === 50) return "closed";
      return port > 50 ? "closed" : look === 1 && port === 7 && address !== "10.9.0.1" ? "no-response" : "open";
    };
    const after = await sweep("1-100");
    expect(after.sweep).toMatchObject({ verdict: "untrusted", recall: { canaries: 490, found: 481 } });
    expect(after.sweep.reason).toContain("missed 9 of 490");
    expect([after.opened, after.resolved, after.regressed]).toEqual([[], [], []]);
    expect(after.open.map(({ fingerprint }) => fingerprint).sort()).toEqual(
      before.opened.map(({ fingerprint }) => fingerprint).sort(),
    );
    expect(await held()).toBe(500);
    expect(await verifyLog(store.db)).toMatchObject({ ok: true });
  });

  it("gives a likely endpoint that it missed a patient probe and then a second one", async () => {
    answer = ({ address, port }, look) =>
      port !== 22 ? "closed" : address === "10.9.0.5" && look === 1 ? "no-response" : "open";
    const recorded = await sweep("1-100");
    expect(recorded.sweep.recall).toMatchObject({ canaries: 10, found: 9 });
    expect(looks.get(endpointKey({ address: "10.9.0.5", transport: "tcp", port: 22 }))).toBe(3);
  });

  it("neither confirms nor undoes an open port by a second look that nothing answers", async () => {
    answer = ({ address, port }, look) =>
      port === 23 && address === "10.9.0.5" ? (look === 1 ? "open" : "no-response") : "closed";
    const first = await sweep("1-100");
    expect(first.opened).toEqual([]);
    expect(await held()).toBe(1);
    answer = ({ address, port }) => (port === 23 && address === "10.9.0.5" ? "open" : "closed");
    const second = await sweep("1-100");
    expect(second.opened).toMatchObject([{ kind: "unauthorized-open", subject: { port: 23 } }]);
  });

  it("does not resolve by what it saw closed before another look saw it open", async () => {
    answer = ({ address, port }) => (address === "10.9.0.5" && port === 80 ? "open" : "closed");
    const opened: string[] = [];
    meanwhile = async () => {
      const before = { answer, looks };
      answer = ({ address, port }) => (address === "10.9.0.5" && port === 23 ? "open" : "closed");
      const known = await sweep("23", [{ first: "10.9.0.5", last: "10.9.0.5" }]);
      opened.push(...known.opened.map(({ summary }) => summary));
      ({ answer, looks } = before);
    };
    const long = await sweep("1-100");
    expect(opened).toEqual([expect.stringContaining("tcp port 23")]);
    expect(long.outcome.stateOf({ address: "10.9.0.5", transport: "tcp", port: 23 })).toBe("closed");
    expect(long.resolved).toEqual([]);
    expect(await held()).toBe(2);

    answer = () => "closed";
    expect((await sweep("1-100")).resolved).toHaveLength(2);
  });

  it("makes one finding of a host that answers on every port, and sends second probes to only a few of them", async () => {
    answer = ({ address, port }) => (address === "10.9.0.2" || port === 22 ? "open" : "closed");
    const recorded = await sweep("1-3000", [{ first: "10.9.0.1", last: "10.9.0.2" }]);
    const tarpit = recorded.opened.filter(({ subject }) => addressesOf(subject).includes("10.9.0.2"));
    expect(tarpit).toMatchObject([{ kind: "unauthorized-open", subject: { ports: [1, 3_000] } }]);
    expect(recorded.opened).toHaveLength(2);
    expect(recorded.confirmed).toBeLessThan(20);
    expect(recorded.outcome.counts).toMatchObject({ open: 3_001 });

    const again = await sweep("1-3000", [{ first: "10.9.0.1", last: "10.9.0.2" }]);
    expect(again).toMatchObject({ opened: [], resolved: [], confirmed: 0 });
  });

  it("whose work failed is taken over by the next turn of the same process", async () => {
    const sweeps = sweepsOf();
    looks = new Map();
    answer = () => {
      throw new Error("the network is gone");
    };
    await expect(sweeps.run(orderOf("1-100"), {})).rejects.toThrow("the network is gone");
    answer = () => "closed";
    now += 3_600_000;
    const others = await sweeps.ofOthers("inside");
    expect(others.map(({ planned }) => planned)).toEqual([1_000]);
    const orphans = { which: () => true, mayResume: () => true };
    const recorded = await sweeps.recover(resolved, orphans, {});
    expect(recorded?.sweep).toMatchObject({ id: others[0]?.id, verdict: "complete", counts: { closed: 1_000 } });
    expect(await sweeps.recover(resolved, orphans, {})).toBeUndefined();
  });

  it("that was taken over is closed to its earlier process: results it sends after it resumes do not count", async () => {
    looks = new Map();
    now += 600_000;
    answer = ({ port }) => (port === 22 ? "open" : "closed");
    const orphans = { which: () => true, mayResume: () => true };
    let takenOver: RecordedSweep | undefined;
    meanwhile = async () => {
      await store.db
        .updateTable("sweep")
        .set({ lease_until: new Date(0) })
        .execute();
      takenOver = await sweepsOf().recover(resolved, orphans, {});
    };
    await expect(sweepsOf().run(orderOf("1-100"), {})).rejects.toThrow("ended by another process");
    expect(takenOver?.sweep).toMatchObject({ verdict: "complete", run: 1, counts: { open: 10, closed: 990 } });
    const types: string[] = [];
    for await (const { type } of readEntries(store.db)) types.push(type);
    expect(types.filter((type) => type.startsWith("sweep-"))).toEqual([
      "sweep-started",
      "sweep-resumed",
      "sweep-finished",
    ]);
    expect(await held()).toBe(10);
  });
});
