import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { approvedVersion } from "../../test/approved-version.ts";
import { eachDatabase } from "../../test/databases.ts";
import { beginLog } from "../record/change/index.ts";
import { readEntries, signingKey } from "../record/evidence/index.ts";
import { endpointKey, type Endpoint } from "../model/index.ts";
import type { Engine } from "../sensing/scanner/index.ts";
import { latestScope, parseScope, recordScope, resolveScope } from "../scope/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { createSweeps, type RecordedSweep } from "../watching/sweeps/index.ts";
import { sampleStatus } from "./sample-status.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { sweepRolling } from "./rolling-sample.ts";
import { sweepTarget } from "./target-sweeps.ts";
import { recording } from "../../test/recording.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const MINUTE = 60_000;
const DOCUMENT = `version: 1
name: test
systemTypes: { host: { cadence: 20m, ports: "1-4000,U:53" } }
targets: [{ name: net, addresses: [10.9.0.0/28], systemType: host, undeclared: allow }]
assets: [{ name: quiet, addresses: [10.9.0.7] }]
exclusions: [{ addresses: [10.9.0.5], reason: a printer }]
`;

eachDatabase("the rolling sample", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let store: Store;
  let scope: ScopeInForce;
  let now = NOON;
  let listening: Set<string>;
  let probed: Map<string, number>;
  let stopAfter = Infinity;

  const engine: Engine = {
    name: "connect",
    async scan({ probes, onResult, signal }) {
      let sent = 0;
      for (let next = probes.next(); next.done !== true; next = probes.next()) {
        if (signal?.aborted === true || sent >= stopAfter) break;
        const { index, endpoint } = next.value;
        const of = endpointKey(endpoint);
        probed.set(of, (probed.get(of) ?? 0) + 1);
        onResult({ index, endpoint, state: answer(endpoint), at: now });
        sent += 1;
      }
      const nothing = { errors: {}, networks: [], doubtful: [] };
      return { sent, retried: 0, selfConnects: 0, fdLimit: 0, forgotten: 0, loss: 0, ...nothing };
    },
  };
  const answer = (endpoint: Endpoint): "open" | "closed" | "no-response" => {
    if (listening.has(endpointKey(endpoint))) return "open";
    return ["10.9.0.2", "10.9.0.3"].includes(endpoint.address) ? "closed" : "no-response";
  };
  const clock = { now: () => now };
  const deps = () => ({ store, clock, key, sweeps: createSweeps({ store, clock, key, engineNamed: () => engine }) });
  const turn = async (): Promise<RecordedSweep | undefined> => {
    now += MINUTE;
    probed = new Map();
    return await sweepRolling(deps(), scope, {});
  };
  const addresses = (): string[] =>
    [...new Set([...probed.keys()].map((text) => text.replace(/^tcp.(.*):\d+$/, "$1")))].sort();

  beforeEach(async () => {
    now = NOON;
    stopAfter = Infinity;
    listening = new Set(["tcp/10.9.0.2:22", "tcp/10.9.0.3:443"]);
    probed = new Map();
    store = await open();
    const parsed = parseScope(DOCUMENT, "portolan.yaml", () => "");
    await recording(store, async (tx) => {
      await beginLog(tx, { key, at: NOON });
      await recordScope(tx, { scope: parsed, document: DOCUMENT, by: "jane", at: NOON });
    });
    await approvedVersion(store, { ports: [], document: "version: 1\nauthorizedPorts: []\n", by: "Ada", at: NOON });
    const resolved = await resolveScope(parsed, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
    scope = { version: (await latestScope(store.db))!, resolved, others: [] };
    await sweepTarget(deps(), scope, "net", {});
  });

  it("scans only hosts: addresses that answered, and declared assets; nothing excluded, no UDP", async () => {
    const recorded = await turn();
    expect(recorded?.sweep).toMatchObject({ kind: "rolling", verdict: "complete", requestedBy: "schedule" });
    expect(addresses()).toEqual(["10.9.0.2", "10.9.0.3", "10.9.0.7"]);
    expect([...probed.keys()].some((text) => text.includes("udp"))).toBe(false);
  });

  it("finds a most used port within four turns, as a finding that a second probe confirmed", async () => {
    await turn();
    listening.add("tcp/10.9.0.2:3389");
    let turns = 0;
    let found: RecordedSweep | undefined;
    while (found === undefined && turns < 4) {
      turns += 1;
      const recorded = await turn();
      if ((recorded?.opened.length ?? 0) > 0) found = recorded;
    }
    expect(found?.opened).toMatchObject([{ kind: "unauthorized-open", subject: { port: 3389 } }]);
    expect(probed.get("tcp/10.9.0.2:3389")).toBe(2);
  });

  it("finds any other port within one pass, long before the silence of unused addresses is scanned again", async () => {
    listening.add("tcp/10.9.0.3:3999");
    const kinds: string[] = [];
    for (let turns = 0; turns < 21; turns += 1) {
      for (const finding of (await turn())?.opened ?? []) kinds.push(`${finding.kind} ${turns}`);
    }
    expect(kinds).toEqual([expect.stringMatching(/^unauthorized-open 1?\d$/)]);
  });

  it("covers what it probed and nothing else", async () => {
    const recorded = await turn();
    const covered = await store.db
      .selectFrom("coverage")
      .innerJoin("coverage_set", "coverage_set.id", "coverage.set_id")
      .select("coverage_set.endpoints")
      .where("sweep_id", "=", recorded?.sweep.id ?? 0)
      .executeTakeFirstOrThrow();
    expect(covered.endpoints).toBe(probed.size);
  });

  it("says of silence only that it is silence: a few silent ports make no coverage gap", async () => {
    for (let turns = 0; turns < 4; turns += 1) expect((await turn())?.opened).toEqual([]);
  });

  it("repeats a turn that was not scanned to its end, wherever the next process takes it up", async () => {
    await turn();
    stopAfter = 5;
    expect((await turn())?.sweep).toMatchObject({ verdict: "partial", parameters: { turn: 1 } });
    stopAfter = Infinity;
    expect((await turn())?.sweep).toMatchObject({ verdict: "complete", parameters: { turn: 1 } });
    expect((await turn())?.sweep).toMatchObject({ verdict: "complete", parameters: { turn: 2 } });
  });

  it("costs two short entries a turn in its first pass, and none in the next one, which sees the same", async () => {
    const turns = 24;
    const before = await sizes();
    for (let each = 0; each < turns; each += 1) await turn();
    const first = await sizes();
    expect(first.entries - before.entries).toBeLessThanOrEqual(2 * turns);
    expect((first.bytes - before.bytes) / turns).toBeLessThan(2 * 1_500);
    expect(first.sets - before.sets).toBeLessThanOrEqual(turns);
    for (let each = 0; each < turns; each += 1) await turn();
    expect(await sizes()).toEqual(first);
  });

  async function sizes(): Promise<{ entries: number; bytes: number; sets: number }> {
    let entries = 0;
    let bytes = 0;
    for await (const { body } of readEntries(store.db)) {
      entries += 1;
      bytes += body.length;
    }
    const sets = await store.db.selectFrom("coverage_set").select("id").execute();
    return { entries, bytes, sets: sets.length };
  }

  it("states the delays of its plan, and that they are not kept while no turn comes", async () => {
    await turn();
    expect(await sampleStatus(store.db, scope.resolved, now)).toEqual({
      hosts: 3,
      mostUsed: { ports: 100, every: 240, mean: 150, atMost: 300, kept: true },
      targets: [{ name: "net", hosts: 3, pass: 1_200, mean: 430, atMost: 1_260, kept: true }],
      latest: new Date(now).toISOString(),
      late: false,
    });
    expect(await sampleStatus(store.db, scope.resolved, now + 4 * MINUTE)).toMatchObject({ late: true });
  });
});
