import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { importResult, type ImportRequest } from "../contract/index.ts";
import { beginLog } from "../record/change/index.ts";
import { loadOrCreateKey, readEntries, verifyLog, type SigningKey } from "../record/evidence/index.ts";
import { listFindings } from "../judgement/findings/index.ts";
import { viewAt, type AssetView } from "../record/history/index.ts";
import { addressSet, parsePorts, parseScope, recordScope, resolveScope } from "../scope/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { lastSweepEnd } from "../watching/sweeps/index.ts";
import { importFile } from "./imports.ts";
import type { ScopeInForce } from "./scope-in-force.ts";

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
    const parsed = parseScope(DOCUMENT, "portolan.yaml", () => "");
    const { version } = await store.transaction(async (tx) => {
      await beginLog(tx, { key, at: NOW });
      return recordScope(tx, { scope: parsed, document: DOCUMENT, by: "jane", at: NOW });
    });
    const resolved = await resolveScope(parsed, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
    scope = { version, resolved, others: [] };
  });

  const importing = (content: string | Buffer, request: Partial<ImportRequest> = {}) => {
    async function* once(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from(content));
    }
    const deps = { store, clock: { now: () => now }, key };
    return importFile(
      deps,
      scope,
      { file: "scan.xml", format: "auto", vantage: "import", targets: [], requestedBy: "jane", ...request },
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
    expect(entries.map(({ type }) => type).slice(-2)).toEqual(["sweep-started", "sweep-finished"]);
    expect(entries.at(-2)?.data).toMatchObject({
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
    expect(await stateAt(NOW, "18080-18081")).toMatchObject({ open: 1, filtered: 1, closed: 0 });
  });

  it("a file from a clock that is ahead has no effect before its time", async () => {
    now = START - 3_600_000;
    await importing(await fixture("nmap-few.xml"));
    expect(await stateAt(now, "18081")).toMatchObject({ unknown: 1 });
  });

  describe("is refused and records nothing", () => {
    it.each([
      ["with a time more than a day ahead", START - 86_400_001, {}, "config-invalid", "scan.xml"],
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
