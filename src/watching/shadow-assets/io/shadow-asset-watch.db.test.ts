import { generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { addressesOf } from "../../../model/index.ts";
import { eachDatabase } from "../../../../test/databases.ts";
import { beginLog } from "../../../record/change/index.ts";
import { readEntries, signingKey } from "../../../record/evidence/index.ts";
import { listFindings } from "../../../judgement/findings/index.ts";
import { parseScope, parseTarget, resolveScope, type ResolvedScope } from "../../../scope/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import type { Neighbour, NeighbourTable } from "../neighbour-table.ts";
import { createReverseNames } from "./reverse-names.ts";
import { createShadowAssetWatch, type ShadowAssetWatch } from "./shadow-asset-watch.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const DAY = 24 * 3_600_000;
const SCOPE = `version: 1
name: test
systemTypes: { host: { cadence: 1h, ports: "1-100" } }
targets:
  - { name: office, addresses: [10.0.0.0/28], systemType: host, owner: ada }
  - { name: guests, addresses: [10.0.0.64/28], systemType: host, undeclared: allow }
  - { name: shop, addresses: [shop.example], systemType: host }
assets: [{ name: printer, addresses: [10.0.0.2] }]
exclusions: [{ addresses: [10.0.0.254], reason: the router of the landlord }]
`;

eachDatabase("an undeclared asset", (open) => {
  let store: Store;
  let now: number;
  let neighbours: Neighbour[];
  let shop: string[] | undefined;
  let reverse: string[];
  let watch: ShadowAssetWatch;
  let view: ResolvedScope;
  const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
  const clock = { now: () => now };
  const network = parseTarget("10.0.0.0/24");
  const table = (): NeighbourTable => ({
    neighbours,
    networks: network.kind === "addresses" ? [{ link: 2, addresses: network.set }] : [],
  });

  beforeEach(async () => {
    store = await open();
    now = NOON;
    [neighbours, shop, reverse] = [[], ["10.0.0.3"], []];
    await store.transaction((tx) => beginLog(tx, { key, at: now }));
    const reverseNames = createReverseNames(() => Promise.resolve(reverse));
    watch = createShadowAssetWatch({ store, clock, key, readNeighbours: table, reverseNames });
    await resolve();
  });

  async function resolve(text = SCOPE): Promise<void> {
    view = await resolveScope(
      parseScope(text, "portolan.yaml", () => ""),
      {
        lookup: () => (shop === undefined ? Promise.reject(new Error("no answer")) : Promise.resolve(shop)),
        ownAddresses: () => ["10.0.0.1"],
      },
    );
  }
  const at = (address: string, state: Neighbour["state"] = "reachable"): Neighbour => ({ link: 2, address, state });
  async function look(after = 5_000) {
    now += after;
    await watch.look([view]);
    return (await listFindings(store.db)).map(({ status, subject, resolution = "" }) =>
      `${addressesOf(subject).join()} ${status} ${resolution}`.trim(),
    );
  }

  it("is a finding after two readings that show it, inside the boundary and next to it", async () => {
    neighbours = ["10.0.0.1", "10.0.0.2", "10.0.0.9", "10.0.0.70", "10.0.0.99", "10.0.0.254"].map((each) => at(each));
    neighbours.push(at("10.0.0.10", "unsure"), at("fe80::1"), { ...at("10.0.0.98"), link: 3 });
    reverse = ["Printer-2.example"];
    expect(await look()).toEqual([]);
    expect((await look()).sort()).toEqual(["10.0.0.9 new", "10.0.0.99 new"]);
    const found = await listFindings(store.db);
    expect(found.find(({ subject }) => addressesOf(subject)[0] === "10.0.0.9")).toMatchObject({
      kind: "undeclared-asset",
      summary: expect.stringMatching(/in target office, .* reverse DNS calls it printer-2\.example$/),
    });
    expect(found.find(({ subject }) => addressesOf(subject)[0] === "10.0.0.99")?.summary).toContain("10.0.0.0/24");
    const entries: string[] = [];
    for await (const { type } of readEntries(store.db)) entries.push(type);
    expect(entries).toEqual(["log-created", "finding-opened", "finding-opened"]);
  });

  it("is not a finding while one reading shows it, or a second one only after a reading without it", async () => {
    neighbours = [at("10.0.0.9")];
    await look();
    neighbours = [];
    await look();
    neighbours = [at("10.0.0.9")];
    expect(await look()).toEqual([]);
  });

  it("gets a label only if reverse DNS gives a valid name", async () => {
    neighbours = [at("10.0.0.9")];
    reverse = ["\u001b[2J evil", "a".repeat(300), "10.0.0.9"];
    await look();
    await look();
    expect((await listFindings(store.db))[0]?.summary).not.toContain("reverse DNS");
  });

  it("ends at once when somebody declares it", async () => {
    neighbours = [at("10.0.0.9")];
    await look();
    await look();
    await resolve(SCOPE.replace("addresses: [10.0.0.2]", "addresses: [10.0.0.2, 10.0.0.9]"));
    expect(await look()).toEqual(["10.0.0.9 resolved declared as asset printer"]);
  });

  it("ends by silence only after long enough, where others answer on its link, and can come back", async () => {
    neighbours = [at("10.0.0.9")];
    await look();
    await look();
    neighbours = [at("10.0.0.2")];
    expect(await look(DAY)).toEqual(["10.0.0.9 new"]);
    neighbours = [at("10.0.0.9", "unreachable")];
    expect(await look()).toEqual(["10.0.0.9 new"]);
    neighbours = [at("10.0.0.9", "unreachable"), at("10.0.0.2")];
    expect(await look()).toEqual([expect.stringMatching(/^10\.0\.0\.9 resolved nobody on its network has answered/)]);
    neighbours = [at("10.0.0.9")];
    await look();
    expect(await look()).toEqual(["10.0.0.9 regressed"]);
    neighbours = [at("10.0.0.9", "unreachable"), at("10.0.0.2")];
    expect(await look()).toEqual(["10.0.0.9 regressed"]);
  });

  it("is an address that a declared name leads to, until the name leads elsewhere for a day", async () => {
    shop = ["10.0.0.3", "10.9.9.9"];
    await resolve();
    await look();
    expect(await look()).toEqual([]);
    await resolve();
    expect(await look()).toEqual(["10.9.9.9 new"]);
    expect((await listFindings(store.db))[0]).toMatchObject({ subject: { name: "shop.example" } });
    shop = undefined;
    await resolve();
    expect(await look(2 * DAY)).toEqual(["10.9.9.9 new"]);
    shop = ["10.0.0.3"];
    await resolve();
    expect(await look()).toEqual([
      expect.stringMatching(/^10\.9\.9\.9 resolved shop\.example has not led there since/),
    ]);
  });
});
