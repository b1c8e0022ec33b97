import { generateKeyPairSync } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { dnsAnswer, dnsRecord, soaData } from "../../test/dns-messages.ts";
import { dnsServer } from "../../test/dns-server.ts";
import { MINUTE, sweepsInto } from "../../test/fixtures/stored-sweeps.ts";
import { contradictionsAfter } from "../../test/tamper.ts";
import {
  boundaryImportBody,
  boundaryImportResult,
  boundaryResult,
  boundaryRetirementResult,
} from "../contract/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { boundaryBindings } from "../proof/boundary/index.ts";
import { beginLog } from "../record/change/index.ts";
import { compareTables, readEntries, signingKey } from "../record/evidence/index.ts";
import { parseScope, recordScope, resolveScope, seenFrom, viewpointsOf } from "../scope/index.ts";
import type { BoundaryConfig } from "./boundary-config.ts";
import { createBoundary } from "./boundary.ts";
import type { ScopeInForce } from "./scope-in-force.ts";
import { recording } from "../../test/recording.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const DOCUMENT = `version: 1
name: small
vantage: inside
vantagePoints:
  - { name: inside, kind: inside, targets: [lan] }
  - { name: outside, kind: outside, targets: [dmz] }
systemTypes:
  server: { ports: "22,80", cadence: 12h, staleness: 24h }
targets:
  - { name: lan, addresses: [10.7.0.0/29], systemType: server }
  - { name: dmz, addresses: [10.8.0.1], systemType: server }
assets:
  - { name: web-1, addresses: [10.7.0.1], systemType: server }
exclusions:
  - { addresses: [10.7.0.5], reason: fragile }
`;
const ZONE = `$ORIGIN z.
web A 10.7.0.1
quiet A 10.7.0.2
new A 10.7.0.3
printer A 10.7.0.5
old A 10.9.9.9
gate A 10.8.0.1
`;

eachDatabase("the boundary", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let store: Store;
  let scope: ScopeInForce;

  beforeEach(async () => {
    store = await open();
    const parsed = parseScope(DOCUMENT, "portolan.yaml", () => "");
    const whole = await resolveScope(parsed, { lookup: () => Promise.resolve([]), ownAddresses: () => [] });
    const [own, ...others] = viewpointsOf(parsed);
    const { version } = await recording(store, async (tx) => {
      await beginLog(tx, { key, at: NOON - 60 * MINUTE });
      return await recordScope(tx, { scope: parsed, document: DOCUMENT, by: "jane", at: NOON - 60 * MINUTE });
    });
    scope = { version, resolved: seenFrom(whole, own), others: others.map((each) => seenFrom(whole, each)) };
    const { observed, sweep } = sweepsInto(store);
    const cells = [
      ["10.7.0.1", 22, "open"],
      ["10.7.0.2", 22, "no-response"],
      ["10.7.0.4", 80, "closed"],
    ] as const;
    await sweep("inside", [observed(NOON - 20 * MINUTE, NOON - 10 * MINUTE, cells)]);
    await sweep("outside", [observed(NOON - 9 * MINUTE, NOON - 8 * MINUTE, [["10.8.0.1", 80, "closed"]])]);
  });

  const operations = (boundary?: BoundaryConfig) =>
    createBoundary({ store, clock: { now: () => NOON }, key, boundary, scopeAsRecorded: () => Promise.resolve(scope) });
  const record = (content: string, more: object = {}) =>
    operations().record(
      boundaryImportBody.parse({
        file: "dir/corp.zone",
        asOf: "2026-03-14T06:00:00+01:00",
        content: Buffer.from(content).toString("base64"),
        requestedBy: "jane",
        ...more,
      }),
    );

  it("reconciles what a source knows with the scope, from every vantage point", async () => {
    expect(boundaryImportResult.parse(await record(ZONE)).source).toMatchObject({
      name: "corp.zone",
      kind: "zone",
      asOf: "2026-03-14T05:00:00.000Z",
      asOfFrom: "stated",
      records: 6,
    });
    const result = boundaryResult.parse(await operations().show({}));
    expect(
      result.lines.map(({ address, disposition, target, asset }) => [address, disposition, target, asset]),
    ).toEqual([
      ["10.7.0.1", "scanned", "lan", "web-1"],
      ["10.7.0.2", "unreachable", "lan", undefined],
      ["10.7.0.3", "declared", "lan", undefined],
      ["10.7.0.5", "excluded", undefined, undefined],
      ["10.8.0.1", "scanned", "dmz", "dmz"],
      ["10.9.9.9", "discovered", undefined, undefined],
    ]);
    expect(result.lines[0]?.scannedAt).toBe("2026-03-14T11:50:00.000Z");
    expect(result.lines[3]?.reason).toBe("fragile");
    expect(result.totals).toEqual({ scanned: 2, unreachable: 1, declared: 1, excluded: 1, discovered: 1 });
    expect(result.unknownToSources).toMatchObject({
      ranges: ["10.7.0.0", "10.7.0.4", "10.7.0.6/31"],
      answering: ["10.7.0.4"],
    });
    const some = await operations().show({ disposition: ["discovered"] });
    expect(some.lines.map(({ names }) => names)).toEqual([["old.z"]]);
    expect(some.totals).toEqual(result.totals);
  });

  it("lets the latest import under a name count, and keeps the earlier one", async () => {
    await record(ZONE);
    await record("$ORIGIN z.\nold A 10.9.9.8\n");
    await record("ip\n10.9.9.8\n", { file: "cmdb.csv", kind: "cmdb", name: "cmdb", asOfFrom: "file" });
    const { sources, lines } = await operations().show({});
    expect(sources.map(({ id, name, asOfFrom }) => [id, name, asOfFrom])).toEqual([
      [3, "cmdb", "file"],
      [2, "corp.zone", "stated"],
    ]);
    expect(lines).toEqual([
      { address: "10.9.9.8", names: ["old.z"], sources: ["cmdb", "corp.zone"], disposition: "discovered" },
    ]);
    const types: string[] = [];
    for await (const { type } of readEntries(store.db)) types.push(type);
    expect(types.filter((type) => type === "boundary-source-recorded")).toHaveLength(3);
  });

  it("lets a source count no longer, until a file is recorded under its name again", async () => {
    await record(ZONE);
    const retired = await operations().retire({ name: "corp.zone", requestedBy: "jane" });
    expect(boundaryRetirementResult.parse(retired).source).toMatchObject({ id: 1, records: 6 });
    expect((await operations().show({})).sources).toEqual([]);
    const again = operations().retire({ name: "corp.zone", requestedBy: "jane" });
    await expect(again).rejects.toMatchObject({ code: "not-found", next: "Name one of: (none is recorded)." });
    expect((await compareTables(store.db, boundaryBindings)).contradictions).toEqual([]);
    for (const statement of [
      "UPDATE boundary_retirement SET name = 'x'",
      "UPDATE boundary_retirement SET retired_by = 'eve'",
      "UPDATE boundary_retirement SET retired_at = now()",
      "DELETE FROM boundary_retirement",
    ]) {
      const found = await contradictionsAfter(store, boundaryBindings, statement);
      expect(found.map(({ table }) => table)).toContain("boundary_retirement");
    }
    await record(ZONE);
    expect((await operations().show({})).sources).toMatchObject([{ id: 2, name: "corp.zone" }]);
  });

  it("transfers a zone from the server that the settings name for it, and from no other", async () => {
    const soa = dnsRecord("z", 6, soaData(5));
    const server = await dnsServer((id) => [
      dnsAnswer([soa, dnsRecord("web.z", 1, Buffer.of(10, 7, 0, 1)), dnsRecord("new.z", 5, "web.z"), soa], { id }),
    ]);
    const zones = [`z@127.0.0.1:${server.port}`];
    const transfer = (zone: string) =>
      operations({ zones, allow: ["127.0.0.1"] })
        .transfer({ zone, name: undefined, requestedBy: "jane" })
        .finally(() => void server.close());
    expect(boundaryImportResult.parse(await transfer("Z.")).source).toMatchObject({
      name: "z@127.0.0.1",
      kind: "zone",
      format: "axfr",
      asOf: "2026-03-14T12:00:00.000Z",
      asOfFrom: "transfer",
      records: 2,
    });
    expect((await operations().show({})).lines).toMatchObject([
      { address: "10.7.0.1", names: ["new.z", "web.z"], disposition: "scanned" },
    ]);
    expect((await compareTables(store.db, boundaryBindings)).contradictions).toEqual([]);
    await expect(transfer("other")).rejects.toMatchObject({
      next: "Set boundary.zones in portolan.server.yaml, as in corp.example@ns1.corp.example. It has: z.",
    });
  });

  it("names the file, the line and the next step of a file that it refuses, and records nothing", async () => {
    await expect(record("$ORIGIN z.\n$INCLUDE other\n")).rejects.toMatchObject({ place: "dir/corp.zone:2" });
    await expect(record("ip\n10.0.0.1\n")).rejects.toMatchObject({ place: "dir/corp.zone" });
    await expect(record(ZONE, { content: "JE9S SUdJTg" })).rejects.toMatchObject({
      next: "Send the unchanged file in base64, with padding and without line breaks.",
    });
    const long = Buffer.alloc(16 * 1_024 * 1_024 + 1, "a").toString("base64");
    await expect(record(ZONE, { content: long })).rejects.toMatchObject({
      next: "Split it, and import each part under a name of its own (--name).",
    });
    await expect(record(ZONE, { asOf: "2026-03-15T00:00:00Z" })).rejects.toMatchObject({ code: "config-invalid" });
    expect((await operations().show({})).sources).toEqual([]);
  });

  describe("and the log", () => {
    beforeEach(() => record(ZONE));

    it("agree", async () => {
      expect((await compareTables(store.db, boundaryBindings)).contradictions).toEqual([]);
    });

    it.each([
      "UPDATE boundary_source SET name = 'x'",
      "UPDATE boundary_source SET kind = 'cmdb'",
      "UPDATE boundary_source SET format = 'csv'",
      "UPDATE boundary_source SET digest = 'x'",
      "UPDATE boundary_source SET bytes = 1",
      "UPDATE boundary_source SET unreadable = 1",
      "UPDATE boundary_source SET ended = 1",
      "UPDATE boundary_source SET as_of = now()",
      "UPDATE boundary_source SET as_of_from = 'file'",
      "UPDATE boundary_source SET recorded_at = now()",
      "UPDATE boundary_source SET recorded_by = 'eve'",
      "UPDATE boundary_record SET name = 'x' WHERE number = 5",
      "UPDATE boundary_record SET address = '10.7.0.1' WHERE number = 5",
      "UPDATE boundary_record SET detail = 'x' WHERE number = 5",
      "UPDATE boundary_record SET number = 50 WHERE number = 5",
      "DELETE FROM boundary_record WHERE number = 6",
      "INSERT INTO boundary_record VALUES (1, 7, 'x', NULL, '')",
      `INSERT INTO boundary_source (name, kind, format, digest, bytes, unreadable, ended, as_of, as_of_from, recorded_at, recorded_by)
       SELECT name, kind, format, digest, bytes, unreadable, ended, as_of, as_of_from, recorded_at, recorded_by FROM boundary_source`,
    ])("notice: %s", async (statement) => {
      const found = await contradictionsAfter(store, boundaryBindings, statement);
      expect(found.map(({ table }) => table)).toContain("boundary_source");
    });
  });
});
