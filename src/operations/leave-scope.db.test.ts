import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eachDatabase } from "../../test/databases.ts";
import { applyFindings, listFindings } from "../judgement/findings/index.ts";
import { addressSubject, portSubject, targetSubject, type Deviation, type Instant } from "../model/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { recordChange } from "../record/change/index.ts";
import { readEntries, signingKey } from "../record/evidence/index.ts";
import { settleScope } from "./leave-scope.ts";
import { scopeInForceNow } from "./scope-in-force.ts";

const scopeOf = (targets: string, rest = ""): string => `version: 1
name: lab
systemTypes: { host: { cadence: 1h } }
targets: [${targets}]
${rest}`;
const LAN = "{ name: lan, addresses: [10.7.0.0/29], systemType: host }";
const DMZ = "{ name: dmz, addresses: [10.8.0.0/29], systemType: host }";
const ASSETS = "assets: [{ name: web-1, addresses: [10.7.0.1] }, { name: db-1, addresses: [10.8.0.1] }]".replaceAll(
  "] }",
  "], systemType: host }",
);

const onPort = (asset: string | undefined, address: string): Deviation => ({
  kind: "unauthorized-open",
  subject: portSubject({ asset, addresses: [address], transport: "tcp", port: 23 }),
  summary: `tcp port 23 is open on ${address}`,
  endpoints: [],
});
const answers = (address: string): Deviation => ({
  kind: "undeclared-asset",
  subject: addressSubject({ address, target: "lan" }),
  summary: `${address} answers`,
  endpoints: [],
});
const missed: Deviation = {
  kind: "coverage-gap",
  subject: targetSubject({ target: "dmz" }),
  summary: "dmz was not swept",
  endpoints: [],
  during: { from: 0 },
};

eachDatabase("findings that a version of the scope leaves out", (open) => {
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  let now: Instant;
  let store: Store;
  let file: string;
  let folder: string;
  beforeEach(async () => {
    now = Date.UTC(2026, 2, 14, 9);
    store = await open();
    folder = await mkdtemp(join(tmpdir(), "portolan-scope-"));
    file = join(folder, "portolan.yaml");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const deps = () => ({ store, key, clock: { now: () => now }, file, user: "jane" });
  async function declare(document: string): Promise<void> {
    now += 60_000;
    await writeFile(file, document);
    await scopeInForceNow(deps());
  }
  async function see(vantage: string, ...seen: Deviation[]): Promise<void> {
    now += 60_000;
    await recordChange({ store, key }, now, (change) => applyFindings(change, { vantage, seen }));
  }
  const lives = async (): Promise<string[]> =>
    (await listFindings(store.db))
      .sort((a, b) => a.id - b.id)
      .map(({ status, outOfScope, earlier = [] }) =>
        [status, ...(outOfScope === undefined ? [] : [`since ${outOfScope.version}`]), earlier.length].join(" "),
      );

  it("end with that version, dated, and come back when they are seen in scope again", async () => {
    await declare(scopeOf(`${LAN}, ${DMZ}`, ASSETS));
    await see("inside", onPort("web-1", "10.7.0.1"), onPort("db-1", "10.8.0.1"), onPort(undefined, "10.8.0.2"), missed);
    const typo = DMZ.replace("10.8.", "10.9.").replace("dmz", "dmt");
    await declare(scopeOf(`${LAN}, ${typo}`, ASSETS.replace("10.8.", "10.9.")));
    const left = now;
    expect(await lives()).toEqual([
      "new 0",
      "out-of-scope since 2 0",
      "out-of-scope since 2 0",
      "out-of-scope since 2 0",
    ]);
    const findings = await listFindings(store.db);
    expect(findings.filter(({ outOfScope }) => outOfScope?.at === left)).toHaveLength(3);
    expect(findings.filter((finding) => "resolvedAt" in finding)).toEqual([]);

    const entries: string[] = [];
    for await (const { type } of readEntries(store.db)) entries.push(type);
    expect(entries.filter((type) => type === "finding-out-of-scope")).toHaveLength(3);
    expect(entries).not.toContain("finding-resolved");

    await declare(scopeOf(`${LAN}, ${DMZ}`, ASSETS));
    expect((await lives())[1]).toBe("out-of-scope since 2 0");
    await see("inside", onPort("db-1", "10.8.0.1"));
    expect((await lives())[1]).toBe("regressed 1");
  });

  it("are those of a removed asset, an excluded address and a vantage point that is gone", async () => {
    const outside = "vantagePoints: [{ name: outside, kind: outside }]";
    await declare(scopeOf(LAN, `${ASSETS.replace(", { name: db-1", "").replace(/, addresses: \[10\.8.*$/, "]")}\n`));
    expect(await lives()).toEqual([]);
    await declare(scopeOf(LAN, `assets: [{ name: web-1, addresses: [10.7.0.1], systemType: host }]\n${outside}`));
    await see("inside", onPort("web-1", "10.7.0.1"), answers("10.7.0.4"));
    await see("outside", onPort("web-1", "10.7.0.1"));
    await declare(scopeOf(LAN, "exclusions: [{ addresses: [10.7.0.4], reason: printer }]"));
    expect(await lives()).toEqual(Array(3).fill("out-of-scope since 3 0"));
  });

  it("are not those that no version covered: of sensors, of imports and of neighbours", async () => {
    await declare(scopeOf(LAN));
    await see("inside", answers("10.99.0.1"), { ...missed, subject: { about: "sensor", sensor: "web-1" } });
    await see("host:web-1", onPort(undefined, "10.7.0.1"));
    await declare(scopeOf(`${LAN}, ${DMZ}`));
    expect(await lives()).toEqual(["new 0", "new 0", "new 0"]);
  });

  it("include what a sweep that began under an earlier version still recorded", async () => {
    await declare(scopeOf(`${LAN}, ${DMZ}`));
    await declare(scopeOf(LAN));
    await see("inside", onPort(undefined, "10.8.0.2"));
    expect(await lives()).toEqual(["new 0"]);
    const [applied] = await settleScope(deps());
    expect(applied?.left).toMatchObject([{ outOfScope: { at: now, version: 2 } }]);
    expect(await settleScope(deps())).toEqual([]);
  });
});
