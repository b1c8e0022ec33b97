import { generateKeyPairSync } from "node:crypto";
import { sql } from "kysely";
import { beforeEach, expect, it } from "vitest";
import { approvedVersion } from "../../../../test/approved-version.ts";
import { eachDatabase } from "../../../../test/databases.ts";
import { formatInstant, type Period, type StateAt, type SweepKind } from "../../../model/index.ts";
import { beginLog, bindClockStep, recordChange } from "../../../record/change/index.ts";
import { readEntries, signingKey, verifyLog } from "../../../record/evidence/index.ts";
import {
  currentStates,
  gapsIn,
  latestLook,
  lookSums,
  pendingLooks,
  sealLooks,
  setHistoryBack,
} from "../../../record/history/index.ts";
import {
  addressSet,
  parsePorts,
  parseScope,
  recordScope,
  resolveScope,
  type ResolvedScope,
} from "../../../scope/index.ts";
import { createPlan, type Engine } from "../../../sensing/scanner/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import type { SweepOrder } from "./begin-sweep.ts";
import { DEFAULT_PROBING } from "./probe-plan.ts";
import { lastSweepEnd, rollingSoFar } from "./stored-sweeps.ts";
import { createSweeps, type Sweeps } from "./sweeps.ts";
import { recording } from "../../../../test/recording.ts";

const NOON = Date.UTC(2026, 2, 14, 12);
const MINUTE = 60_000;
const HOST = [{ first: "10.9.0.1", last: "10.9.0.1" }];
const DOCUMENT = `version: 1
name: net
systemTypes:
  host: { cadence: 1h, staleness: 2h, ports: "1-100" }
targets:
  - { name: net, addresses: [10.9.0.0/24], systemType: host, undeclared: allow }
`;

/** The sweeps of every minute that see nothing new. */

eachDatabase("a sweep of every minute", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey);
  if (key === undefined) throw new Error("not an Ed25519 key");
  let store: Store;
  let resolved: ResolvedScope;
  let now: number;
  let openPorts: Set<number>;
  /** Happens once, while the next sweep probes. */
  let meanwhile: (() => Promise<void>) | undefined;

  const engine: Engine = {
    name: "connect",
    async scan({ probes, onResult }) {
      const happens = meanwhile;
      meanwhile = undefined;
      await happens?.();
      let sent = 0;
      for (let next = probes.next(); next.done !== true; next = probes.next()) {
        const { index, endpoint } = next.value;
        onResult({ index, endpoint, state: openPorts.has(endpoint.port) ? "open" : "closed", at: now });
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
  const sweepsOf = (): Sweeps => createSweeps({ store, clock: { now: () => now }, key, engineNamed: () => engine });

  async function sweep(kind: SweepKind = "known", ports = "1-10", turn?: number) {
    now += MINUTE;
    const blocks = [{ addresses: addressSet(HOST), ports: parsePorts(ports) }];
    const order: SweepOrder = {
      kind,
      targets: [],
      plan: createPlan({ blocks, seed: "00112233445566778899aabbccddeeff" }),
      engine: "connect",
      parameters: { ...DEFAULT_PROBING, rate: 1_000, perHostRate: 1_000, ...(turn === undefined ? {} : { turn }) },
      resolved,
      scopeVersion: 1,
      requestedBy: "schedule",
    };
    return await sweepsOf().run(order, {});
  }

  async function setClockBack(during: Period): Promise<void> {
    await recordChange({ store, key }, during.from, async (change) => {
      const { runs: voidRuns, imports: voidImports, ...last } = await setHistoryBack(change, during.from);
      const versions = { scopeVersion: 1, baselineVersion: 1 };
      const [from, to] = [formatInstant(during.from), formatInstant(during.to)];
      const data = { cause: "clock-back", from, to, detail: "set back", voidRuns, voidImports, ...versions, ...last };
      const entry = { type: "gap-recorded", at: during.from, data } as const;
      bindClockStep(change, entry, { ahead: during, versions, ...last }, () => undefined);
    });
  }

  const rows = async (table: "sweep" | "look" | "coverage" | "sweep_chunk"): Promise<number> =>
    (await sql<{ n: number }>`SELECT count(*)::int4 AS n FROM ${sql.table(table)}`.execute(store.db)).rows[0]?.n ?? -1;

  async function logged(): Promise<string[]> {
    const all: string[] = [];
    for await (const { type, body } of readEntries(store.db)) {
      const { sweep: number } = (JSON.parse(body) as { data: { sweep?: number } }).data;
      if (type.startsWith("sweep-") || type === "looks-recorded")
        all.push(number === undefined ? type : `${type} ${number}`);
    }
    return all;
  }

  const stateOf = async (port: number): Promise<{ state: StateAt; lookedAt: number | undefined }> => {
    const view = await currentStates(store.db, {
      vantage: "inside",
      addresses: addressSet(HOST),
      at: now,
      staleness: 5 * MINUTE,
    });
    const endpoint = { address: "10.9.0.1", transport: "tcp", port } as const;
    return { state: view.stateOf(endpoint), lookedAt: view.lastLookedAt(endpoint) };
  };

  beforeEach(async () => {
    now = NOON;
    openPorts = new Set([2, 5]);
    meanwhile = undefined;
    store = await open();
    const scope = parseScope(DOCUMENT, "portolan.yaml", () => "");
    await recording(store, async (tx) => {
      await beginLog(tx, { key, at: NOON });
      await recordScope(tx, { scope, document: DOCUMENT, by: "jane", at: NOON });
    });
    await approvedVersion(store, { ports: [], document: "version: 1\nauthorizedPorts: []\n", by: "Ada", at: NOON });
    resolved = await resolveScope(scope, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
  });

  it("leaves a sweep and its entries where it saw something new, and else one row", async () => {
    await sweep();
    const before = await logged();
    expect(before).toEqual(["sweep-started 1", "sweep-finished 1"]);
    for (let minute = 0; minute < 5; minute++) await sweep();
    expect(await logged()).toEqual(before);
    expect([await rows("sweep"), await rows("coverage"), await rows("look"), await rows("sweep_chunk")]).toEqual([
      1, 1, 5, 0,
    ]);

    openPorts.add(7);
    const { sweep: news } = await sweep();
    expect(await logged()).toEqual([...before, `sweep-started ${news.id}`, `sweep-finished ${news.id}`]);
  });

  it("answers from looks as from sweeps: states, gaps, the last sweep, lists", async () => {
    await sweep();
    for (let minute = 0; minute < 10; minute++) await sweep();
    expect(await stateOf(2)).toEqual({ state: "open", lookedAt: now });
    expect(await stateOf(3)).toEqual({ state: "closed", lookedAt: now });
    expect(await lastSweepEnd(store.db)).toBe(now);
    expect(await latestLook(store.db, "inside")).toEqual({ vantage: "inside", endedAt: now });
    expect(await lookSums(store.db)).toEqual([
      { vantage: "inside", kind: "known", looks: 10, from: NOON + 2 * MINUTE, to: now },
    ]);
    const asset = {
      subject: { kind: "asset", name: "a" } as const,
      addresses: addressSet(HOST),
      ports: parsePorts("1-10"),
    };
    const query = { from: NOON + MINUTE, to: now, vantage: "inside", assets: [{ ...asset, staleness: 2 * MINUTE }] };
    expect((await gapsIn(store.db, query))[0]).toMatchObject({ gaps: [] });
    now += 5 * MINUTE;
    expect((await gapsIn(store.db, { ...query, to: now }))[0]?.gaps).toHaveLength(1);
  });

  it("keeps the turn of the rolling sample", async () => {
    await sweep("rolling", "20-30", 0);
    await sweep("rolling", "31-40", 1);
    await sweep("rolling", "20-30", 2);
    expect(await rows("look")).toBe(1);
    expect(await rollingSoFar(store.db, "inside")).toEqual({ turn: 2, startedAt: now, tries: 1 });
    await sweep("rolling", "41-50", 3);
    expect(await rollingSoFar(store.db, "inside")).toMatchObject({ turn: 3 });
  });

  it("states each look in one entry, once, even if several processes seal at once", async () => {
    await sweep();
    for (let minute = 0; minute < 4; minute++) await sweep();
    expect(await pendingLooks(store.db)).toEqual([{ vantage: "inside", looks: 4, since: NOON + 2 * MINUTE }]);
    const seal = () => recordChange({ store, key }, now, sealLooks);
    expect((await Promise.all([seal(), seal(), seal()])).toSorted()).toEqual([0, 0, 4]);
    expect(await pendingLooks(store.db)).toEqual([]);
    await sweep();
    expect(await seal()).toBe(1);
    const sealed = [];
    for await (const { type, body } of readEntries(store.db))
      if (type === "looks-recorded") sealed.push(JSON.parse(body));
    expect(sealed).toMatchObject([
      {
        data: {
          vantage: "inside",
          looks: [{ times: [2, 3, 4, 5].map((m) => [new Date(NOON + m * MINUTE).toISOString(), 0]) }],
        },
      },
      { data: { vantage: "inside", looks: [{ times: [[new Date(now).toISOString(), 0]] }] } },
    ]);
    expect(await verifyLog(store.db)).toMatchObject({ ok: true });
  });

  it.each(["known", "full"] as const)("of kind %s that the clock is set back under is untrusted", async (kind) => {
    await sweep(kind);
    const ahead = now + MINUTE;
    meanwhile = async () => {
      now = ahead - 30_000;
      await setClockBack({ from: now, to: ahead });
      // It lasts longer than the step was wide.
      now = ahead + MINUTE;
    };
    openPorts.add(7);
    const { sweep: interrupted } = await sweep(kind);
    expect(interrupted).toMatchObject({ verdict: "untrusted", reason: "the clock was set back while it ran" });
    expect((await stateOf(7)).state).not.toBe("open");
    expect((await sweep(kind)).sweep).toMatchObject({ verdict: "complete" });
    expect((await stateOf(7)).state).toBe("open");
    expect(await verifyLog(store.db)).toMatchObject({ ok: true });
  });

  it("is announced when another process takes it over after a crash", async () => {
    await sweep();
    const killed = new Error("killed");
    meanwhile = () => Promise.reject(killed);
    await expect(sweep()).rejects.toThrow(killed);
    expect(await logged()).toEqual(["sweep-started 1", "sweep-finished 1"]);
    const adopted = await sweepsOf().recover(resolved, { which: () => true, mayResume: () => false }, {});
    expect(adopted?.sweep).toMatchObject({ id: 2, verdict: "partial" });
    expect((await logged()).slice(2)).toEqual(["sweep-started 2", "sweep-resumed 2", "sweep-finished 2"]);
    await sweep();
    expect(await rows("look")).toBe(1);
  });
});
