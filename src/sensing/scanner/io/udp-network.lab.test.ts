import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { worksNow } from "../../../../test/lab/commands.ts";
import type { ScanAnswer, ScanOrder } from "../../../../test/fixtures/scan-inside.ts";
import { UDP_SERVICES } from "../../../../test/fixtures/udp-services.ts";
import { describeLab, type Lab, lab, type LabHost } from "../../../../test/lab/index.ts";

const INSIDE = new URL("../../../../test/fixtures/scan-inside.ts", import.meta.url).pathname;

/** Answers on 5000 with one byte, on 5003 with nothing but a header, and never on 5001. */
const SERVER = `
  const { createSocket } = require("node:dgram");
  for (const [port, answer] of [[5000, "x"], [5001], [5003, ""]]) {
    const socket = createSocket("udp6").bind(port);
    socket.on("message", (_, from) => answer !== undefined && socket.send(answer, from.port, from.address));
    socket.on("listening", () => console.log(port));
  }
`;

async function scanInside(net: Lab, order: ScanOrder): Promise<ScanAnswer> {
  const { stdout, stderr } = await net.scanner.run([process.execPath, INSIDE], { input: JSON.stringify(order) });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as ScanAnswer;
}

/** Once every one of the UDP ports is bound. */
async function bound(host: LabHost, ports: readonly number[]): Promise<void> {
  const isBound = async (): Promise<number[]> => {
    const { stdout } = await host.run(["cat", "/proc/net/udp", "/proc/net/udp6"]);
    const found = new Set(
      [...stdout.matchAll(/:\s+[0-9A-F]+:([0-9A-F]{4})\s/g)].map(([, hex = ""]) => parseInt(hex, 16)),
    );
    return ports.filter((port) => !found.has(port));
  };
  await vi.waitFor(async () => expect(await isBound()).toEqual([]), { timeout: 20_000, interval: 100 });
}

describeLab("UDP on a network", () => {
  let net: Lab;
  beforeAll(async () => {
    net = await lab({
      hosts: [
        { name: "server", listeners: [80] },
        { name: "silent", filters: [{ does: "drop" }] },
        { name: "guarded", filters: [{ does: "reject", ports: [53] }] },
        { name: "curt" },
      ],
      ipv6: true,
    });
    net.host("server").spawn([process.execPath, "-e", SERVER], { stdio: "ignore" });
    await bound(net.host("server"), [5000, 5001, 5003]);
    await net.host("curt").run(["sysctl", "-qw", "net.ipv4.icmp_ratelimit=100", "net.ipv6.icmp.ratelimit=100"]);
    await net.scanner.run(["ip", "route", "add", "unreachable", "198.51.100.0/25"]);
    await net.scanner.run(["ip", "route", "add", "prohibit", "198.51.100.128/25"]);
  });
  afterAll(() => net.close());

  it.concurrent.each(["connect", "connect-portable", "syn"] as const)(
    "%s keeps open, closed, silent and unreachable apart, beside TCP, over IPv4 and IPv6",
    async (engine) => {
      const [server, silent] = [net.host("server"), net.host("silent")];
      const { states, report, leftOpen } = await scanInside(net, {
        engine,
        rate: 1_000,
        endpoints: [
          ...[server.address, server.address6].flatMap((address) =>
            [5000, 5003, 5001, 5002].map((port) => [address, port, "udp"] as const),
          ),
          [server.address, 80],
          [server.address6, 81],
          [silent.address, 53, "udp"],
          [silent.address6, 53, "udp"],
          ["198.51.100.1", 53, "udp"],
        ],
      });
      const served = ["open", "open", "no-response", "closed"];
      const expected = [...served, ...served, "open", "closed", "no-response", "no-response", "unreachable"];
      expect(states).toEqual(expected);
      expect(report).toMatchObject({ errors: {}, limited: [] });
      expect(leftOpen).toBe(0);
    },
  );

  it.concurrent("distinguishes a prohibition from a refusal, and an absent host from a closed port", async () => {
    const { address, address6 } = net.host("guarded");
    const endpoints = [
      [address, 53, "udp"],
      [address6, 53, "udp"],
      ["10.77.0.99", 53, "udp"],
      ["198.51.100.200", 53, "udp"],
    ] as const;
    const { states, report } = await scanInside(net, { engine: "connect", rate: 1_000, endpoints });
    expect(states.slice(0, 2)).toEqual(["filtered", "filtered"]);
    expect(["unreachable", "no-response"]).toContain(states[2]);
    // Forbidden by this machine's own policy, which says nothing of the endpoint.
    expect(states[3]).toBeNull();
    expect(report.errors).toEqual({ EACCES: 1 });
  });

  it.concurrent.each([
    ["connect", "address"],
    ["connect-portable", "address6"],
  ] as const)(
    "%s finds every closed port of a host that refuses ten times a second, or forty over IPv6",
    async (engine, family) => {
      const address = net.host("curt")[family];
      const endpoints = Array.from({ length: 30 }, (_, i) => [address, 7_000 + i, "udp"] as const);
      const { states, report } = await scanInside(net, { engine, rate: 1_000, timeout: 200, endpoints });
      expect(states).toEqual(endpoints.map(() => "closed"));
      // One try each, and one more at least for those beyond the first burst.
      expect(report.retried).toBeGreaterThan(10);
      expect(report.limited).toEqual([]);
    },
  );

  it("leaves nothing open when it is aborted during slow probing of hosts", async () => {
    const { address } = net.host("curt");
    const endpoints = Array.from({ length: 200 }, (_, i) => [address, 8_000 + i, "udp"] as const);
    const order = { engine: "connect", rate: 1_000, timeout: 200, endpoints, abortAfter: 700 } as const;
    const { states, leftOpen } = await scanInside(net, order);
    expect(states).toContain("closed");
    expect(states).toContain(null);
    expect(leftOpen).toBe(0);
  });

  it.each(["connect", "connect-portable"] as const)("%s never takes its own datagram for an answer", async (engine) => {
    // Ten source ports in all: sooner or later a socket is assigned the very port that it probes.
    const narrow = ["sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 40009"] as const;
    expect(await net.scanner.run(narrow)).toMatchObject({ status: 0 });
    const { states, report } = await scanInside(net, {
      engine,
      endpoints: Array.from({ length: 400 }, (_, i) => ["127.0.0.1", 40_000 + (i % 10), "udp"] as const),
      concurrency: 2,
    });
    await net.scanner.run(["sysctl", "-qw", "net.ipv4.ip_local_port_range=32768 60999"]);
    expect(report.selfConnects).toBeGreaterThan(0);
    // One probe may hold the port that another one probes, and does not answer it.
    expect(new Set(states).difference(new Set(["closed", "no-response"]))).toEqual(new Set());
  });

  // A default Linux: six refusals at once, then one a second. Minutes, hence only when asked for.
  const long = process.env["PORTOLAN_UDP_LIMIT"] !== undefined;
  it.runIf(long)(
    `resolves 200 closed ports of a default Linux, and reports the unresolved of 400${long ? "" : ": needs PORTOLAN_UDP_LIMIT=1, for its length"}`,
    { timeout: 1_800_000 },
    async () => {
      const curt = net.host("curt");
      await curt.run(["sysctl", "-qw", "net.ipv4.icmp_ratelimit=1000"]);
      for (const count of [200, 400]) {
        const endpoints = Array.from({ length: count }, (_, i) => [curt.address, i + 1, "udp"] as const);
        const order = { engine: "connect", rate: 1_000, timeout: 950, retryDelay: 2_000, endpoints } as const;
        const { states, report, took } = await scanInside(net, order);
        const counts = Object.groupBy(states, (state) => state ?? "none");
        const seen = Object.entries(counts).map(([state, all]) => `${all?.length} ${state}`);
        process.stdout.write(
          `${count} ports: ${seen.join(", ")}; ${report.sent} sent in ${Math.round(took / 1_000)} s; ${JSON.stringify(report.limited)}\n`,
        );
        expect(new Set(states).difference(new Set(["closed", "no-response"])).size).toBe(0);
        const unresolved = report.limited?.[0]?.unresolved ?? 0;
        expect(unresolved).toBe(counts["no-response"]?.length ?? 0);
        if (count === 200) expect(unresolved).toBe(0);
        else expect(unresolved).toBeGreaterThan(0);
      }
    },
  );
});

describeLab("payloads before real servers", () => {
  let net: Lab;
  const root = mkdtempSync(join(tmpdir(), "portolan-udp-"));
  const installed = UDP_SERVICES.filter(({ program }) => worksNow("which", [program]));
  let states: ScanAnswer["states"] = [];

  beforeAll(async () => {
    net = await lab({ hosts: [{ name: "server" }], ipv6: true });
    const host = net.host("server");
    for (const { port, prepare, command } of installed) {
      const folder = join(root, String(port));
      mkdirSync(folder);
      prepare?.(folder);
      host.spawn(command(folder), { stdio: "ignore", cwd: folder });
    }
    await bound(
      host,
      installed.map(({ port }) => port),
    );
    // Each listens on one address family at least.
    const endpoints = [host.address, host.address6].flatMap((address) =>
      installed.map(({ port }) => [address, port, "udp"] as const),
    );
    states = (await scanInside(net, { engine: "connect", rate: 1_000, timeout: 900, endpoints })).states;
  });
  afterAll(async () => {
    await net.close();
    rmSync(root, { recursive: true, force: true });
  });

  describe.each(UDP_SERVICES)("$name", (service) => {
    const at = installed.indexOf(service);
    if (at < 0) it.skip(`answers: needs ${service.program} (Debian package ${service.package})`, () => undefined);
    else it("answers", () => expect([states[at], states[at + installed.length]]).toContain("open"));
  });
});
