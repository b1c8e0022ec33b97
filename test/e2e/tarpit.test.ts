import { afterAll, beforeAll, expect, it } from "vitest";
import type { SweepResult } from "../../src/contract/index.ts";
import { describeLab, lab, type Lab } from "../lab/index.ts";
import { workplace, type Workplace } from "./portolan.ts";

/** Ports that it answers on: PORTOLAN_TARPIT_PORTS, 1,500 by default. */
const PORTS = Number(process.env["PORTOLAN_TARPIT_PORTS"] ?? 1_500);

const SCOPE = `version: 1
name: tarpit
limits: { rate: 5000, perHostRate: 5000 }
systemTypes: { server: { cadence: 1h, ports: "1-${PORTS}" } }
targets:
  - { name: tarpit, addresses: [10.77.0.2], systemType: server, owner: team-lab }
  - { name: web, addresses: [10.77.0.3], systemType: server, owner: team-lab }
`;

/** Every port leads to the one listener, as with a SYN proxy or a tarpit. */
const EVERYTHING_ANSWERS = `add table ip tarpit
add chain ip tarpit arriving { type nat hook prerouting priority -100; }
add rule ip tarpit arriving tcp dport 1-65535 redirect to :80
`;

describeLab("a host that answers on every port", () => {
  let net: Lab;
  let place: Workplace;

  beforeAll(async () => {
    net = await lab({
      hosts: [
        { name: "tarpit", listeners: [80] },
        { name: "web", listeners: [80] },
      ],
    });
    await net.host("tarpit").run(["nft", "-f", "-"], { input: EVERYTHING_ANSWERS });
    place = await workplace(net.scanner);
    await place.write("portolan.yaml", SCOPE);
    await place.write("nothing.yaml", "version: 1\nauthorizedPorts: []\n");
  }, 60_000);

  afterAll(async () => {
    await place.remove();
    await net.close();
  });

  it("is one finding, confirmed on a sample, and stays one", { timeout: 300_000 }, async () => {
    expect(await place.run("baseline", "approve", "nothing.yaml", "--by", "Ada")).toMatchObject({ status: 0 });
    const { status, result } = await place.json<SweepResult>("sweep");
    expect(status).toBe(1);
    expect(result.sweep.counts).toMatchObject({ open: PORTS + 1 });
    expect(result.findings.map(({ kind, subject }) => `${kind} ${subject.asset}`).toSorted()).toEqual([
      "unauthorized-open tarpit",
      "unauthorized-open web",
    ]);
    expect(result.confirmed).toBeLessThan(20);

    // The second sweep compares all of it with the ports that the record holds open.
    const again = (await place.json<SweepResult>("sweep")).result;
    expect(again.sweep.counts).toEqual(result.sweep.counts);
    expect(again.findings.map(({ id, status }) => `${id} ${status}`)).toEqual(
      result.findings.map(({ id }) => `${id} unchanged`),
    );
  });
});
