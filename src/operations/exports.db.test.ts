import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, it } from "vitest";
import { recording } from "../../test/recording.ts";
import { eachDatabase } from "../../test/databases.ts";
import type { ExportRequest } from "../contract/index.ts";
import { beginLog } from "../record/change/index.ts";
import { loadOrCreateKey, type SigningKey } from "../record/evidence/index.ts";
import { transitions } from "../judgement/findings/life.ts";
import { applyTransitions } from "../judgement/findings/io/finding-store.ts";
import type { Deviation } from "../model/index.ts";
import { parseScope, recordScope } from "../scope/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { exportFindings } from "./exports.ts";

const NOW = Date.parse("2026-03-14T09:00:00Z");
const DOCUMENT = `version: 1
name: '=1+1 & <b>payment</b>'
systemTypes:
  host: { cadence: 1h, ports: "22-31" }
targets:
  - { name: web-1, addresses: [127.0.0.1], systemType: host }
`;

eachDatabase("exportFindings", (open) => {
  let home: string;
  let key: SigningKey;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "portolan-exports-"));
    key = loadOrCreateKey(home);
  });
  afterAll(() => rm(home, { recursive: true }));

  async function withScope(): Promise<Store> {
    const store = await open();
    const scope = parseScope(DOCUMENT, "portolan.yaml", () => "");
    await recording(store, async (tx) => {
      await beginLog(tx, { key, at: NOW - 5_000 });
      await recordScope(tx, { scope, document: DOCUMENT, by: "jane", at: NOW - 5_000 });
    });
    return store;
  }

  async function exported(store: Store, request: ExportRequest) {
    const deps = { store, clock: { now: () => NOW }, version: "1" };
    const { content, ...rest } = await exportFindings(deps, request);
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    return { ...rest, text: Buffer.concat(pieces).toString() };
  }

  const read = (text: string) => parse(text, { columns: true }) as Record<string, string>[];

  it("says of an empty record that no sweep has come to its end", async () => {
    const store = await withScope();
    const { text, ...rest } = await exported(store, { format: "csv" });
    expect(rest).toEqual({ fileName: "portolan-findings-2026-03-14T090000Z.csv", findings: 0, open: 0 });
    const [about, ...others] = read(text);
    expect(others).toEqual([]);
    expect(about).toMatchObject({ record: "about", scope: "'=1+1 & <b>payment</b>", scope_version: "1" });
    expect(about?.["summary"]).toContain("No findings, and no sweep has come to its end");
    expect(about?.["summary"]).toContain("No sweep has come to its end");
  });

  it("has the findings that the filter leaves, the open ones first", async () => {
    const store = await withScope();
    const on = (port: number): Deviation => ({
      kind: "unauthorized-open",
      subject: { about: "port", asset: port === 22 ? "web-1" : "web-2", address: "127.0.0.1", transport: "tcp", port },
      summary: `tcp/${port} is open`,
      endpoints: [],
    });
    await recording(store, async (tx) => {
      const deviations = [22, 23, 24].map(on);
      const { opened } = await applyTransitions(tx, transitions([], deviations, [], NOW - 3_000, "inside"), {
        vantage: "inside",
      });
      const last = opened.at(-1)!;
      const closing = [{ fingerprint: last.fingerprint, resolution: "observed closed" }];
      await applyTransitions(tx, transitions(opened, [], closing, NOW - 2_000, "inside"), { vantage: "inside" });
    });
    const portsOf = async (request: Omit<ExportRequest, "format">): Promise<(string | undefined)[]> => {
      const { text } = await exported(store, { format: "csv", ...request });
      return read(text)
        .filter(({ record }) => record === "finding")
        .map(({ port }) => port);
    };
    expect(await portsOf({})).toEqual(["23", "22", "24"]);
    expect(await portsOf({ status: ["resolved"] })).toEqual(["24"]);
    expect(await portsOf({ asset: "web-1" })).toEqual(["22"]);
    expect(await portsOf({ openedUntil: NOW - 3_000 })).toEqual([]);
    expect(await exported(store, { format: "cef" })).toMatchObject({ findings: 3, open: 2 });
  });

  it("addresses nothing but a mail", async () => {
    const store = await withScope();
    const deps = { store, clock: { now: () => NOW }, version: "1" };
    await expect(exportFindings(deps, { format: "csv", mailTo: ["a@example.com"] })).rejects.toMatchObject({
      code: "config-invalid",
      place: "mailTo",
    });
    const { text } = await exported(store, { format: "mail", mailTo: ["a@example.com"] });
    expect(text).toContain("\r\nTo: a@example.com\r\n");
  });
});
