import { afterAll, beforeAll, expect, it } from "vitest";
import type { FindingsResult } from "../../src/contract/index.ts";
import { describeLab, lab, type Lab } from "../lab/index.ts";
import { workplace, type Lasting, type Workplace } from "./portolan.ts";

const SCOPE = `version: 1
name: office
systemTypes: { host: { cadence: 24h, ports: "80" } }
targets: [{ name: office, addresses: [10.77.0.2-10.77.0.3], systemType: host, owner: ada }]
assets: [{ name: web, addresses: [10.77.0.2] }]
`;

describeLab("a neighbour that nobody declared", () => {
  let net: Lab;
  let place: Workplace;
  let watching: Lasting;

  beforeAll(async () => {
    net = await lab({
      hosts: [
        { name: "web", listeners: [80] },
        { name: "mute", filters: [{ does: "drop" }] },
        { name: "beside", filters: [{ does: "drop" }] },
      ],
    });
    place = await workplace(net.scanner, "embedded");
    await place.write("portolan.yaml", SCOPE);
    watching = place.begin("start", "--port", "0");
  }, 60_000);
  afterAll(async () => {
    await watching.stop("SIGTERM");
    await net.close();
    await place.remove();
  });

  it("is found in the kernel's own table, though it neither accepts nor refuses anything", async () => {
    // Ordinary traffic of this machine to its neighbours: the only replies are those to ARP.
    const addresses = [net.host("mute").address, net.host("beside").address];
    const talk = `for (const host of ${JSON.stringify(addresses)})
      require("node:net").connect({ host, port: 9 }).on("error", () => {});
      setTimeout(() => process.exit(), 1500);`;
    await net.scanner.run([process.execPath, "-e", talk]);
    for (const address of addresses) {
      await expect
        .poll(watching.said, { timeout: 40_000, interval: 200 })
        .toMatch(new RegExp(`FINDING #\\d+ undeclared-asset: ${address.replaceAll(".", "\\.")} answers on `));
    }
    const { result } = await place.json<FindingsResult>("findings");
    const found = result.findings.filter(({ kind }) => kind === "undeclared-asset");
    expect(found.map(({ subject }) => `${subject.address} ${subject.target}`).sort()).toEqual([
      "10.77.0.3 office",
      "10.77.0.4 office",
    ]);
  }, 90_000);
});
