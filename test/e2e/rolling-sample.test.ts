import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { StatusResult, SweepResult } from "../../src/contract/index.ts";
import { describeLab, lab, type Lab } from "../lab/index.ts";
import { freshPlace } from "../databases.ts";
import { openStore } from "../../src/platform/storage/index.ts";
import { rollingSoFar } from "../../src/watching/sweeps/index.ts";
import { workplace, type Lasting, type Workplace } from "./portolan.ts";

const CHILD = fileURLToPath(new URL("./rolling-child.ts", import.meta.url));

/** Six minutes: the shortest cadence that is sampled at all. */
const SCOPE = `version: 1
name: lab
limits: { rate: 20000, perHostRate: 20000 }
systemTypes: { server: { cadence: 6m, ports: "-" } }
targets: [{ name: lan, addresses: [10.77.0.2-10.77.0.3], systemType: server }]
assets: [{ name: web, addresses: [10.77.0.2] }]
`;

describeLab("a port opened between full sweeps, on a host without a sensor", () => {
  let net: Lab;
  let place: Workplace;

  beforeAll(async () => {
    net = await lab({ hosts: [{ name: "web", listeners: [80] }] });
    place = await workplace(net.scanner, "embedded");
    await place.write("portolan.yaml", SCOPE);
    await place.write(
      "port-baseline.yaml",
      "version: 1\nauthorizedPorts:\n  - { asset: web, port: 80, owner: web, justification: the shop }\n",
    );
    expect(await place.run("baseline", "approve", "port-baseline.yaml", "--by", "Ada")).toMatchObject({ status: 0 });
    const { result } = await place.json<SweepResult>("sweep");
    expect(result.open.map(({ port }) => port)).toEqual([80]);
  }, 180_000);

  afterAll(async () => {
    await place.remove();
    await net.close();
  });

  const turns = async (most: number): Promise<{ turns: number; found: { kind: string; summary: string }[] }> => {
    const { stdout, stderr } = await net.scanner.run([
      process.execPath,
      CHILD,
      place.directory,
      place.home,
      String(most),
    ]);
    expect(stderr).toBe("");
    return JSON.parse(stdout) as Awaited<ReturnType<typeof turns>>;
  };

  it("is found by the next round over the most used ports", { tags: ["long"], timeout: 60_000 }, async () => {
    await net.host("web").open(3389);
    const { found, turns: taken } = await turns(4);
    expect(found).toMatchObject([{ kind: "unauthorized-open", summary: expect.stringContaining("port 3389") }]);
    expect(taken).toBeLessThanOrEqual(4);
  });

  it("is found by the pass over the full range, whatever its number", { tags: ["long"], timeout: 60_000 }, async () => {
    await net.host("web").open(54_321);
    const { found } = await turns(6);
    expect(found).toMatchObject([{ kind: "unauthorized-open", summary: expect.stringContaining("port 54321") }]);
  });

  it("has a stated delay in status, for people and for programs", { tags: ["long"], timeout: 60_000 }, async () => {
    const { result } = await place.json<StatusResult>("status");
    expect(result.vantagePoints?.[0]?.sample).toMatchObject({
      hosts: 1,
      mostUsed: { ports: 100, every: 240, mean: 150, atMost: 300, kept: true },
      targets: [{ name: "lan", pass: 360, kept: true }],
      late: false,
    });
    const { stdout } = await place.run("status");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "Sample 1 host: a new port among the 100 most used is found after 2m30s on average, 5m at most",
    );
  });
});

const TWO_SIDES = `version: 1
name: two sides
vantagePoints:
  - { name: inside, kind: inside }
  - { name: outside, kind: outside }
systemTypes: { server: { cadence: 1h, ports: "1-500" } }
targets: [{ name: web, addresses: [10.77.0.2], systemType: server }]
`;

describeLab("the rolling sample on PostgreSQL", () => {
  it(
    "is scanned every minute by the installation, and by a worker from the vantage point of its own",
    { tags: ["long"], timeout: 240_000 },
    async () => {
      const net = await lab({ hosts: [{ name: "web", listeners: [80] }] });
      const database = await freshPlace("postgresql");
      const [place, elsewhere] = [await workplace(net.scanner, database), await workplace(net.scanner, database)];
      const store = await openStore(database);
      const running: Lasting[] = [];
      try {
        await place.write("portolan.yaml", TWO_SIDES);
        running.push(place.begin("start", "--port", "0"));
        await expect.poll(() => running[0]?.said(), { timeout: 60_000 }).toContain("Monitoring. Ctrl-C stops.");
        running.push(elsewhere.begin("worker", "--vantage", "outside"));
        const turns = (vantage: string) => rollingSoFar(store.db, vantage).then((soFar) => soFar?.turn ?? -1);
        await expect.poll(() => turns("inside"), { timeout: 150_000, interval: 1_000 }).toBeGreaterThanOrEqual(0);
        await expect.poll(() => turns("outside"), { timeout: 75_000, interval: 1_000 }).toBeGreaterThanOrEqual(0);
        const { result } = await place.json<StatusResult>("status");
        const samples = result.vantagePoints?.map(({ name, sample }) => [name, sample?.hosts, sample?.late]);
        expect(samples).toEqual([
          ["inside", 1, false],
          ["outside", 1, false],
        ]);
      } finally {
        for (const each of running) await each.stop("SIGTERM");
        await store.close();
        await place.remove();
        await elsewhere.remove();
        await database.remove();
        await net.close();
      }
    },
  );
});
