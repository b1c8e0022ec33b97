import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { importResult, type ImportRequest } from "../contract/index.ts";
import { beginLog } from "../record/change/index.ts";
import { compareTables, loadOrCreateKey, readEntries, verifyLog, type SigningKey } from "../record/evidence/index.ts";
import { listFindings } from "../judgement/findings/index.ts";
import { viewAt, type AssetView } from "../record/history/index.ts";
import { addressSet, parsePorts, parseScope, recordAssetAddresses, recordScope, resolveScope } from "../scope/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { lastSweepEnd } from "../watching/sweeps/index.ts";
import { BINDINGS } from "./bindings.ts";
import { recordStepBack } from "./clock.ts";
import { createExposure } from "./exposure.ts";
import { createHistory } from "./history.ts";
import { importFile } from "./imports.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { recording } from "../../test/recording.ts";

const SCANS = join(import.meta.dirname, "../../test/fixtures/scans");
const START = 1_795_330_957_000;
const NOW = START + 600_000;
const DOCUMENT = `version: 1
name: test
systemTypes:
  host: { cadence: 1h }
targets:
  - { name: web-1, addresses: [127.0.0.1], systemType: host }
  - { name: web-2, addresses: [127.0.0.2], systemType: host }
exclusions:
  - { addresses: [127.0.0.3], reason: not ours }
`;

eachDatabase("importFile", (open) => {
  let home: string;
  let key: SigningKey;
  let store: Store;
  let scope: ScopeInForce;
  let now = NOW;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "portolan-import-"));
    key = loadOrCreateKey(home);
  });
  afterAll(() => rm(home, { recursive: true }));
  beforeEach(async () => {
    now = NOW;
    store = await open();
    await declare(DOCUMENT);
  });

  const declare = async (document: string): Promise<void> => {
    const parsed = parseScope(document, "portolan.yaml", () => "");
    const resolved = await resolveScope(parsed, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
    const { version } = await recording(store, async (tx) => {
      await beginLog(tx, { key, at: now });
      await recordAssetAddresses(tx, resolved, now);
      return recordScope(tx, { scope: parsed, document, by: "jane", at: now });
    });
    scope = { version, resolved, others: [] };
  };

  const importing = (content: string | Buffer, request: Partial<ImportRequest> = {}) => {
    async function* once(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from(content));
    }
    const deps = { store, clock: { now: () => now }, key };
    return importFile(
      deps,
      scope,
      {
        file: "scan.xml",
        format: "auto",
        vantage: "import",
        thisMachine: true,
        targets: [],
        requestedBy: "jane",
        ...request,
      },
      once(),
    );
  };
  const fixture = (name: string): Promise<Buffer> => readFile(join(SCANS, name));
  const stateAt = async (at: number, ports: string, vantage = "import") => {
    const addresses = addressSet([{ first: "127.0.0.1", last: "127.0.0.1" }]);
    const asset: AssetView = {
      subject: { kind: "asset", name: "web-1" },
      addresses,
      ports: parsePorts(ports),
      staleness: 3_600_000,
    };
    const [view] = await viewAt(store.db, { at, vantage, assets: [asset] });
    return view?.counts;
  };

  it("adds a file to the record, with the times of the file and entries that verify", async () => {
    const result = await importing(await fixture("nmap-many.xml"));
    expect(importResult.parse(result)).toEqual(result);
    expect(result).toMatchObject({
      sweep: {
        kind: "imported",
        vantage: "import",
        engine: "nmap",
        planned: 602,
        verdict: "complete",
        startedAt: new Date(START).toISOString(),
        counts: { open: 1, closed: 601, "not-scanned": 0 },
      },
      open: [{ asset: "web-1", address: "127.0.0.1", transport: "tcp", port: 18_081 }],
      opened: 1,
    });
    expect(await stateAt(NOW, "18080-18082,80")).toMatchObject({ open: 1, closed: 2, unknown: 1 });
    expect(await stateAt(START - 1, "18081")).toMatchObject({ unknown: 1 });
    expect(await stateAt(NOW, "18081", "inside")).toMatchObject({ unknown: 1 });
    expect(await listFindings(store.db, {})).toEqual([]);
    expect(await lastSweepEnd(store.db)).toBeUndefined();

    const { ok } = await verifyLog(store.db);
    expect(ok).toBe(true);
    const entries: { type: string; data: Record<string, unknown> }[] = [];
    for await (const { body } of readEntries(store.db)) entries.push(JSON.parse(body) as (typeof entries)[number]);
    expect(entries.map(({ type }) => type).slice(-3)).toEqual(["sweep-started", "states-changed", "sweep-finished"]);
    expect(entries.at(-2)?.data).toMatchObject({
      changes: [["tcp/127.0.0.1:18081", "open", expect.any(String), null]],
    });
    expect(entries.at(-3)?.data).toMatchObject({
      kind: "imported",
      parameters: { fileSha256: result.file.sha256, version: "7.93", fileName: "scan.xml" },
    });
  });

  it("refuses the same file a second time from any vantage point, and names the sweep", async () => {
    const first = await importing(await fixture("nmap-few.xml"));
    const again = importing(await fixture("nmap-few.xml"), { vantage: "outside" });
    await expect(again).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining(`sweep ${first.sweep.id}`) as unknown,
    });
    const rows = await store.db.selectFrom("sweep").select("id").execute();
    expect(rows).toHaveLength(1);
  });

  it("records one of two imports of the same file at the same time", async () => {
    const file = await fixture("nmap-few.xml");
    const ended = await Promise.allSettled([importing(file), importing(file)]);
    expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(ended.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
  });

  it("records an incomplete file as a partial sweep of what it contains", async () => {
    const text = (await fixture("nmap-many.xml")).toString();
    const result = await importing(text.slice(0, text.indexOf('<address addr="127.0.0.2"')));
    expect(result.sweep).toMatchObject({ verdict: "partial", planned: 301, reason: "the file ends in the middle" });
  });

  it("counts endpoints outside the scope, and records none of them", async () => {
    const result = await importing(await fixture("masscan.json"), { file: "masscan.json" });
    expect(result.leftOut).toMatchObject({ outsideScope: 1 });
    const endpoints = await store.db.selectFrom("endpoint").select("address").execute();
    expect(endpoints.map(({ address }) => address).sort()).toEqual(["127.0.0.1", "127.0.0.2"]);
  });

  it("an older file does not change later states", async () => {
    const older = (await fixture("nmap-few.xml")).toString();
    const later = older
      .replaceAll(String(START / 1_000), String(START / 1_000 + 60))
      .replace('portid="18081"><state state="open"', 'portid="18081"><state state="closed"')
      .replace('portid="18080"><state state="closed"', 'portid="18080"><state state="open"');
    await importing(later);
    const result = await importing(older);
    expect(result.ignoredOutOfOrder).toBe(1);
    expect(await stateAt(NOW, "18080")).toMatchObject({ open: 1 });
  });

  it("records a claim as such, with its author", async () => {
    const result = await importing(await fixture("masscan.list"), { ports: "18080-18081", targets: ["web-1"] });
    expect(result).toMatchObject({ claim: { ports: "18080-18081", targets: "127.0.0.1" }, sweep: { planned: 3 } });
    const row = await store.db.selectFrom("sweep").select("parameters").executeTakeFirstOrThrow();
    expect(row.parameters["claim"]).toEqual({ ports: "18080-18081", targets: "127.0.0.1", by: "jane" });
    expect(await stateAt(NOW, "18080-18081")).toMatchObject({ open: 1, "no-response": 1, filtered: 0, closed: 0 });
  });

  it("covers nothing after the clock was set back to before it, and can be imported again", async () => {
    const file = await fixture("nmap-few.xml");
    await importing(file);
    const step = START - 60_000;
    await recordStepBack({ store, key }, { during: { from: step, to: NOW }, detail: "the clock was ahead" });
    now = NOW;
    expect(await stateAt(now, "18081")).toMatchObject({ unknown: 1 });
    expect((await verifyLog(store.db)).ok).toBe(true);
    const voids = BINDINGS.filter(({ table }) => table === "coverage_void" || table === "endpoint_interval");
    expect(await compareTables(store.db, voids)).toMatchObject({ contradicting: 0 });
    await importing(file);
    expect(await stateAt(now, "18081")).toMatchObject({ unknown: 0 });
    await expect(importing(file)).rejects.toMatchObject({ code: "conflict" });
  });

  it("is refused while the record is ahead of the clock", async () => {
    now = NOW - 120_000;
    await expect(importing(await fixture("nmap-few.xml"))).rejects.toMatchObject({
      code: "store-unavailable",
      next: expect.stringContaining("portolan clock accept") as unknown,
    });
  });

  describe("a file of which nothing can be recorded", () => {
    const refused = async (content: string, request: Partial<ImportRequest> = {}) => {
      const problem: unknown = await importing(content, request).catch((thrown: unknown) => thrown);
      expect(await store.db.selectFrom("sweep").select("id").execute()).toEqual([]);
      return problem;
    };
    const elsewhere = async () => (await fixture("nmap-few.xml")).toString().replaceAll("127.0.0.1", "192.0.2.1");

    it("because of its addresses can be imported once the scope is right", async () => {
      const text = await elsewhere();
      expect(await refused(text)).toMatchObject({
        code: "config-invalid",
        message: expect.stringContaining("1 address outside it, such as 192.0.2.1") as unknown,
        next: expect.stringContaining("portolan.yaml") as unknown,
      });
      await declare(DOCUMENT.replace("[127.0.0.2]", "[192.0.2.1]"));
      expect((await importing(text)).open).toMatchObject([{ asset: "web-2", address: "192.0.2.1" }]);
    });

    it("because its loopback is another machine's is refused, with the way out", async () => {
      const text = (await fixture("nmap-few.xml")).toString();
      expect(await refused(text, { thisMachine: false })).toMatchObject({
        next: expect.stringContaining("--this-machine") as unknown,
      });
      expect((await importing(text)).addresses).toBe(1);
      const row = await store.db.selectFrom("sweep").select("parameters").executeTakeFirstOrThrow();
      expect(row.parameters["thisMachine"]).toEqual({ by: "jane" });
    });

    it("because it infers its states is refused", async () => {
      expect(await refused((await fixture("nmap-ack.xml")).toString())).toMatchObject({
        message: expect.stringContaining("101 endpoints of a scan type that infers states") as unknown,
      });
    });
  });

  describe("can be asked for", () => {
    const ask = { asset: undefined, vantage: "import" };
    const exposed = async (at: number) => {
      const { vantagePoints, endpoints } = await createExposure({ store, clock: { now: () => now } }).get({ at });
      return {
        from: vantagePoints.map(({ name }) => name),
        open: endpoints.map(({ port, openFrom }) => [port, openFrom]),
      };
    };

    it("at a time before the scope was recorded, under which it was imported", async () => {
      const result = await importing(await fixture("nmap-few.xml"));
      expect(Date.parse(result.sweep.startedAt)).toBeLessThan(scope.version.recordedAt);
      const { at, diff } = createHistory({ store, clock: { now: () => now } });
      const then = await at({ at: START + 60_000, ...ask });
      expect(then).toMatchObject({
        importedUnder: [1],
        assets: [
          { asset: "web-1", open: [{ port: 18_081 }] },
          { asset: "web-2", answer: "unknown" },
        ],
        counts: { open: 1, closed: 10 },
      });
      expect(then.scopeVersion).toBeUndefined();
      expect(await diff({ from: START + 30_000, to: NOW, vantage: "import" })).toMatchObject({ compared: 11 });
      expect(await exposed(START + 60_000)).toEqual({ from: ["import"], open: [[18_081, ["import"]]] });
      expect(await at({ at: START - 1, ...ask })).toMatchObject({ assets: [], counts: { open: 0 } });
    });

    it("at a time when the scope was smaller than the one it was imported under", async () => {
      now = START + 7_200_000;
      await declare(DOCUMENT.replace("web-2, addresses: [127.0.0.2]", "web-3, addresses: [192.0.2.1]"));
      await importing(
        (await fixture("nmap-few.xml"))
          .toString()
          .replaceAll(String(START / 1_000), String(NOW / 1_000 + 60))
          .replaceAll("127.0.0.1", "192.0.2.1"),
      );
      const { at } = createHistory({ store, clock: { now: () => now } });
      const then = await at({ at: NOW + 120_000, ...ask });
      expect(then).toMatchObject({ scopeVersion: 1, importedUnder: [2] });
      expect(then.assets.map(({ asset, open }) => [asset, open.length])).toEqual([
        ["web-1", 0],
        ["web-2", 0],
        ["web-3", 1],
      ]);
    });

    it("in exposure, until it is stale", async () => {
      await importing(await fixture("nmap-few.xml"), { vantage: "outside" });
      expect(await exposed(NOW)).toEqual({ from: ["inside", "outside"], open: [[18_081, ["outside"]]] });
      now = NOW + 30 * 86_400_000;
      expect(await exposed(now)).toEqual({ from: ["inside"], open: [] });
    });
  });

  describe("is refused and records nothing", () => {
    it.each([
      ["with a time more than a minute ahead", START - 61_000, {}, "config-invalid", "scan.xml"],
      ["from the vantage point of this installation", NOW, { vantage: "inside" }, "conflict", "--vantage"],
      ["from a vantage point without a name", NOW, { vantage: "\u001b" }, "config-invalid", "--vantage"],
      ["with targets and no ports", NOW, { targets: ["web-1"] }, "config-invalid", "--targets"],
      [
        "with a hostname as target",
        NOW,
        { ports: "80", targets: ["web.example.internal"] },
        "config-invalid",
        "--targets",
      ],
      ["with a claim about nmap", NOW, { ports: "80" }, "config-invalid", "--ports"],
      ["as another format", NOW, { format: "naabu" }, "config-invalid", "scan.xml"],
    ] as const)("%s", async (_name, at, request, code, place) => {
      now = at;
      await expect(importing(await fixture("nmap-few.xml"), request)).rejects.toMatchObject({ code, place });
      expect(await store.db.selectFrom("sweep").select("id").execute()).toEqual([]);
    });
  });
});
