import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { StatusResult, SweepResult } from "../../src/contract/index.ts";
import { describeLab, lab, type Lab } from "../lab/index.ts";
import { workplace, type Workplace } from "./portolan.ts";

const CHILD = fileURLToPath(new URL("./rolling-child.ts", import.meta.url));

/** Six minutes: the shortest cadence that is sampled at all. */
const SCOPE = `version: 1
name: lab
limits: { rate: 20000, perHostRate: 20000 }
systemTypes: { server: { cadence: 6m, ports: "-" } }
targets: [{ name: lan, addresses: [10.77.0.2], systemType: server }]
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
