import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { FindingsResult, InvitationResult, SensorsResult } from "../../src/contract/index.ts";
import { makeCertificate } from "../certificates.ts";
import { describeLab, lab, type Lab, type Station } from "../lab/index.ts";
import { workplace, type Lasting, type Workplace } from "./portolan.ts";

const SCOPE = `version: 1
name: site
systemTypes: { host: { cadence: 24h, ports: "1-100" } }
targets: [{ name: site, addresses: [10.77.0.2], systemType: host, owner: team }]
assets: [{ name: web, addresses: [10.77.0.2] }]
`;
const BASELINE = `version: 1
authorizedPorts:
  - { asset: web, port: 9, presence: optional, owner: team, justification: nothing is open yet }
`;

describeLab("a server and a sensor on two machines, on the command line", () => {
  let site: Lab;
  let server: Workplace;
  let machine: Workplace;
  const running: Lasting[] = [];

  beforeAll(async () => {
    site = await lab({ hosts: [{ name: "web" }] });
    server = await workplace(site.scanner);
    machine = await workplace(site.host("web"), "embedded");
    await server.write("portolan.yaml", SCOPE);
    await server.write("port-baseline.yaml", BASELINE);
    makeCertificate(server.directory, "server", "-addext", "subjectAltName=IP:10.77.0.1");
    await server.run("sweep", "site");
    expect(await server.run("baseline", "approve", "port-baseline.yaml", "--by", "ada")).toMatchObject({ status: 0 });
    const { result } = await server.json<InvitationResult>("sensors", "enrol", "web");
    await machine.write("token", result.token);
  }, 120_000);
  afterAll(async () => {
    await Promise.all(running.map((each) => each.stop("SIGKILL")));
    await site.close();
    await server.remove();
    await machine.remove();
  });

  function begin(place: Workplace, ...words: string[]): Lasting {
    const begun = place.begin(...words);
    running.push(begun);
    return begun;
  }
  const findings = async () => (await server.json<FindingsResult>("findings", "--all")).result.findings;
  const sensors = async () => (await server.json<SensorsResult>("sensors")).result.sensors;

  it("probes a new listener from the server at once, and reports a cut as silence in which nothing was missed", async () => {
    const tls = [
      "--tls-certificate",
      join(server.directory, "server.pem"),
      "--tls-key",
      join(server.directory, "server.key"),
    ];
    const serving = begin(server, "start", "--host", "10.77.0.1", ...tls);
    await expect.poll(serving.said, { timeout: 60_000 }).toMatch(/10\.77\.0\.1:4600/);
    const url = "https://10.77.0.1:4600";
    const ca = join(server.directory, "server.pem");
    const words = ["sensor", "--server", url, "--ca", ca, "--token-file", "token", "--interval", "1s"];
    const sensing = begin(machine, ...words);
    await expect
      .poll(sensing.said, { timeout: 30_000 })
      .toContain("Monitoring the listeners of this machine; web reports to");

    await site.host("web").open(8_080);
    await expect.poll(serving.said, { timeout: 30_000 }).toMatch(/FINDING #\d+ unauthorized-open: tcp port 8080 /);

    await cut(site.host("web"), true);
    await expect.poll(serving.said, { timeout: 60_000 }).toMatch(/FINDING #\d+ coverage-gap: the sensor web has been/);
    await site.host("web").open(9_090);
    await cut(site.host("web"), false);
    await expect.poll(serving.said, { timeout: 90_000 }).toMatch(/resolved #\d+ the sensor web has been silent/);
    await expect.poll(serving.said, { timeout: 30_000 }).toMatch(/FINDING #\d+ unauthorized-open: tcp port 9090 /);
    expect((await findings()).find(({ subject }) => subject.sensor === "web")).toMatchObject({
      status: "resolved",
      subject: { sensor: "web" },
      resolution: "the sensor reported again; it had been looking all the time",
    });
    expect(await sensors()).toMatchObject([{ name: "web", state: "reporting", gaps: 0 }]);
  }, 240_000);
});

const CUT = `table inet cut {
  chain in { type filter hook input priority 0; iifname eth0 drop; }
  chain out { type filter hook output priority 0; oifname eth0 drop; }
}
`;

/** Drops everything from and to the machine on the wire. */
async function cut(station: Station, isCut: boolean): Promise<void> {
  const rules = isCut ? CUT : "delete table inet cut\n";
  const child = spawn("ip", ["netns", "exec", station.namespace, "nft", "-f", "-"], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  child.stdin.end(rules);
  await once(child, "close");
}
