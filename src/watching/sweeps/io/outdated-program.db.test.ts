import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { aHost, anAsset, anInput } from "../../../../test/compared-host.ts";
import { eachDatabase } from "../../../../test/databases.ts";
import { sweepsInto, type Cell } from "../../../../test/fixtures/stored-sweeps.ts";
import { byEndpoint, compare, fingerprint, type CompareInput } from "../../../judgement/baseline/index.ts";
import {
  applyFindings,
  listFindings,
  pageOfFindings,
  seenLast,
  type Applied,
} from "../../../judgement/findings/index.ts";
import {
  describeEndpoints,
  isOpen,
  portSubject,
  type Deviation,
  type Finding,
  type Instant,
  type ServiceIdentity,
} from "../../../model/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { beginLog, recordChange } from "../../../record/change/index.ts";
import { readEntries, signingKey } from "../../../record/evidence/index.ts";
import { goneAfter } from "../findings-swept.ts";
import { readStanding, withEnded } from "./standing.ts";

const key = signingKey(generateKeyPairSync("ed25519").privateKey)!;
const lifecycle: CompareInput["lifecycle"] = {
  endOfLife: ({ product = "", version }) =>
    version === "1.18.0" ? { product, cycle: "1.18", at: 0, source: "https://x", asOf: "2026-11-22" } : undefined,
};

/** Ports of web-1 by what a sweep sees on them: a version of nginx, or a closed port. */
type Seen = Readonly<Record<number, string>>;

/** One sweep of these ports from one vantage point; a port that it does not name was not probed. */
async function sweep(store: Store, vantage: string, at: Instant, ports: Seen): Promise<Applied> {
  const states = Object.entries(ports).map(([port, is]) => [port, is === "closed" ? "closed" : "open"] as const);
  const host = {
    ...aHost("10.0.0.2", Object.fromEntries(states), { asset: anAsset("web-1"), answered: true }),
    serviceOf: (_transport: string, port: number): ServiceIdentity => ({
      service: "http",
      product: "nginx",
      version: ports[port],
      confidence: "high",
      evidence: "",
    }),
  };
  const applied = await recordChange({ store, key }, at, async (change) => {
    const standing = await seenLast(change.tx, (await readStanding(change.tx, vantage, at)).findings);
    const open = new Set(standing.filter(isOpen).map((finding) => finding.fingerprint));
    const input = anInput([host], [], { authorizedPorts: undefined, vantage, lifecycle, now: at, standing: open });
    const gone = goneAfter(standing, {
      sweep: { id: 1, kind: "known", targets: [] },
      verdict: "complete",
      outcome: { seenAt: () => at },
      began: at,
      input,
    });
    const seen = compare(input).flatMap(byEndpoint);
    const compared = await withEnded(change.tx, vantage, standing, seen);
    return await applyFindings(change, { vantage, standing: compared, seen, gone, at });
  });
  const { sweep: takeIn, observed } = sweepsInto(store);
  await takeIn(vantage, [
    observed(
      at,
      at,
      states.map(([port, state]): Cell => ["10.0.0.2", Number(port), state]),
    ),
  ]);
  return applied;
}

async function begun(store: Store): Promise<Store> {
  await store.transaction((tx) => beginLog(tx, { key, at: 0, binds: { finding: ["status"] } }));
  return store;
}

async function all(store: Store): Promise<string[]> {
  return (await listFindings(store.db)).map(shown);
}
const shown = ({ id, status, subject }: Finding): string =>
  `${id} ${status} ${subject.about === "program" ? describeEndpoints(subject.endpoints).join(", ") : subject.about}`;
const OLD = "1.18.0";

eachDatabase("an outdated program on two ports from two vantage points", (open) => {
  it("is one finding, which ends with its last endpoint and comes back with any", async () => {
    const store = await begun(await open());
    await sweep(store, "inside", 1_000, { 80: OLD, 443: OLD });
    await sweep(store, "outside", 2_000, { 80: OLD, 443: OLD });
    const everywhere = "tcp/10.0.0.2:443 from inside and outside, tcp/10.0.0.2:80 from inside and outside";
    expect(await all(store)).toEqual([`1 unchanged ${everywhere}`]);
    expect(await pageOfFindings(store.db, { vantage: "outside" })).toHaveLength(1);
    expect(await pageOfFindings(store.db, { vantage: "elsewhere" })).toEqual([]);

    await sweep(store, "inside", 3_000, { 80: "closed", 443: OLD });
    expect(await all(store)).toEqual([
      "1 unchanged tcp/10.0.0.2:443 from inside and outside, tcp/10.0.0.2:80 from outside",
    ]);
    await sweep(store, "inside", 4_000, { 443: "1.20.0" });
    // Nobody looks at port 80 from outside: that settles nothing.
    await sweep(store, "outside", 5_000, { 443: "closed" });
    expect(await all(store)).toEqual(["1 unchanged tcp/10.0.0.2:80 from outside"]);
    await sweep(store, "inside", 6_000, { 80: "closed", 443: "closed" });
    expect(await all(store)).toEqual(["1 unchanged tcp/10.0.0.2:80 from outside"]);

    const { resolved } = await sweep(store, "outside", 7_000, { 80: "1.20.0" });
    const upgraded = "identified as http · nginx 1.20.0, another version, on tcp/10.0.0.2:80 from outside";
    expect(resolved).toMatchObject([{ id: 1, resolvedAt: 7_000, resolution: upgraded }]);

    const { regressed } = await sweep(store, "inside", 8_000, { 443: OLD });
    expect(regressed.map(shown)).toEqual(["1 regressed tcp/10.0.0.2:443 from inside"]);
    const entries: unknown[] = [];
    for await (const { type, body } of readEntries(store.db)) {
      if (type === "finding-regressed") entries.push(JSON.parse(body));
    }
    const seenAt = new Date(8_000).toISOString();
    const endpoints = [{ vantage: "inside", address: "10.0.0.2", transport: "tcp", port: 443, seenAt }];
    expect(entries).toMatchObject([{ data: { subject: { product: "nginx", version: OLD, endpoints } } }]);
  });

  it("is settled where a vantage point looked later than it last saw it, whatever others saw since", async () => {
    const store = await begun(await open());
    await sweep(store, "inside", 1_000, { 80: OLD });
    await sweep(store, "outside", 1_000, { 80: OLD });
    await sweep(store, "inside", 5_000, { 80: OLD });
    await sweep(store, "outside", 4_000, { 80: "closed" });
    expect(await all(store)).toEqual(["1 unchanged tcp/10.0.0.2:80 from inside"]);
    await sweep(store, "inside", 4_500, { 80: "closed" });
    expect(await all(store)).toEqual(["1 unchanged tcp/10.0.0.2:80 from inside"]);
  });

  it("stays with the finding of its port that an earlier version opened, and gets one of its own once that ends", async () => {
    const store = await begun(await open());
    const perPort: Deviation = {
      kind: "outdated-service",
      subject: portSubject({ asset: "web-1", addresses: ["10.0.0.2"], transport: "tcp", port: 80 }),
      summary: "tcp port 80 (http) on web-1 (10.0.0.2) is http · nginx 1.18.0",
      endpoints: [],
    };
    const { opened } = await recordChange({ store, key }, 500, (change) =>
      applyFindings(change, { vantage: "inside", seen: [perPort] }),
    );
    expect(opened[0]?.fingerprint).toBe(fingerprint(perPort, "inside"));
    await sweep(store, "inside", 1_000, { 80: OLD });
    expect(await all(store)).toEqual(["1 unchanged port"]);
    await sweep(store, "inside", 2_000, { 80: "closed" });
    await sweep(store, "inside", 3_000, { 80: OLD });
    expect(await all(store)).toEqual(["2 new tcp/10.0.0.2:80 from inside", "1 resolved port"]);
  });
});
