import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ScanAnswer, ScanOrder } from "../../../../test/fixtures/scan-inside.ts";
import { type ScannerInside, scannerInside } from "../../../../test/fixtures/scanner-inside.ts";
import { describeLab, type Lab, lab } from "../../../../test/lab/index.ts";

const NEVER_ANSWERS = Array.from({ length: 40 }, (_, i) => 1_000 + i);

describeLab("connect engines on a network", () => {
  let net: Lab;
  let plenty: ScannerInside;
  /** Short of descriptors. */
  let poor: ScannerInside;
  beforeAll(async () => {
    net = await lab({
      hosts: [
        { name: "web", listeners: [80, 443] },
        { name: "silent", filters: [{ does: "drop" }] },
        { name: "guarded", listeners: [22, 23], filters: [{ does: "reject", ports: [23] }] },
      ],
      ipv6: true,
    });
    await net.scanner.run(["ip", "route", "add", "unreachable", "198.51.100.0/25"]);
    await net.scanner.run(["ip", "route", "add", "prohibit", "198.51.100.128/25"]);
    plenty = scannerInside(net.scanner);
    poor = scannerInside(net.scanner, 96);
  });
  afterAll(async () => {
    await plenty.close();
    await poor.close();
    await net.close();
  });

  const scanInside = (order: ScanOrder): Promise<ScanAnswer> => plenty.scan(order);

  describe.each(["connect", "connect-portable"] as const)("%s", (engine) => {
    it("keeps open, closed, silent and unreachable apart, over IPv4 and IPv6", async () => {
      const [web, silent, guarded] = [net.host("web"), net.host("silent"), net.host("guarded")];
      const { states, report } = await scanInside({
        engine,
        rate: 1_000,
        endpoints: [
          [web.address, 80],
          [web.address6, 443],
          [web.address, 81],
          [web.address6, 81],
          [silent.address, 80],
          [silent.address6, 80],
          [guarded.address, 22],
          ["198.51.100.1", 80],
        ],
      });
      expect(states).toEqual(["open", "open", "closed", "closed", "no-response", "no-response", "open", "unreachable"]);
      expect(report).toMatchObject({ retried: 2, errors: {} });
    });

    it("leaves not scanned what this machine itself forbids, and counts it", async () => {
      const { states, report } = await scanInside({ engine, rate: 1_000, endpoints: [["198.51.100.200", 80]] });
      expect(states).toEqual([null]);
      expect(report).toMatchObject({ sent: 0, errors: { EACCES: 1 } });
    });

    // Where this process waits 50 ms for a processor the kernel has sent its own: then once more.
    it("sends exactly two SYNs to a silent endpoint, the second one later", { retry: 2 }, async () => {
      const { address } = net.host("silent");
      await scanInside({ engine, rate: 1_000, endpoints: [[address, 999]] });
      const before = (await net.scanner.packets()).sent;
      const { states, report, took } = await scanInside({
        engine,
        rate: 1_000,
        // Far beyond the second after which the kernel would repeat the SYN on its own account.
        timeout: 5_000,
        retryDelay: 400,
        endpoints: NEVER_ANSWERS.map((port) => [address, port] as const),
      });
      const sent = (await net.scanner.packets()).sent - before;
      expect(states).toEqual(NEVER_ANSWERS.map(() => "no-response"));
      expect(report).toMatchObject({ sent: 80, retried: 40 });
      expect(took).toBeGreaterThan(2 * 950 + 400 - 1);
      expect(sent).toBeGreaterThanOrEqual(80);
      // Neighbour discovery may add a few.
      expect(sent).toBeLessThan(80 + 10);
    });

    it("stays under a low descriptor limit and still finishes", async () => {
      const { address } = net.host("silent");
      const ports = Array.from({ length: 150 }, (_, i) => 2_000 + i);
      const { states, report } = await poor.scan({
        engine,
        endpoints: ports.map((port) => [address, port] as const),
        timeout: 150,
      });
      expect(states).toEqual(ports.map(() => "no-response"));
      expect(report).toMatchObject({ fdLimit: 96, errors: {} });
    });

    it("leaves nothing open when it is aborted with connections under way", async () => {
      const { address } = net.host("silent");
      const endpoints = NEVER_ANSWERS.map((port) => [address, port] as const);
      const { states, report, leftOpen } = await scanInside({ engine, endpoints, timeout: 900, abortAfter: 200 });
      expect(states).toEqual(NEVER_ANSWERS.map(() => null));
      expect(report.sent).toBe(40);
      expect(leftOpen).toBe(0);
    });

    it("waits if other code took all descriptors, and loses no endpoint", async () => {
      const { address } = net.host("web");
      const endpoints = [80, 81, 443, 444].map((port) => [address, port] as const);
      const { states, report } = await poor.scan({ engine, endpoints, takeDescriptorsFor: 500 });
      expect(states).toEqual(["open", "closed", "open", "closed"]);
      expect(report.errors["EMFILE"]).toBeGreaterThan(0);
    });

    it("connects to itself and does not call that open", async () => {
      // Ten source ports in all: connecting to one of them, it is sooner or later given that very port to come from.
      await net.scanner.run(["sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 40009"]);
      const ports = Array.from({ length: 400 }, (_, i) => 40_000 + (i % 10));
      const { states, report } = await scanInside({
        engine,
        endpoints: ports.map((port) => ["127.0.0.1", port] as const),
        concurrency: 2,
      });
      await net.scanner.run(["sysctl", "-qw", "net.ipv4.ip_local_port_range=32768 60999"]);
      expect(report.selfConnects).toBeGreaterThan(0);
      expect(new Set(states)).toEqual(new Set(["closed"]));
    });
  });

  // Where both hosts are one machine the prohibition arrives while the kernel still holds the connecting socket, which
  // then continues: node:net cannot query the noted error, and calls it silence.
  it("connect distinguishes a prohibition from silence, over IPv4 and IPv6", async () => {
    const { address, address6 } = net.host("guarded");
    const endpoints = [[address, 23] as const, [address6, 23] as const];
    const { states, report } = await scanInside({ engine: "connect", rate: 1_000, endpoints });
    expect(states).toEqual(["unreachable", "filtered"]);
    expect(report.retried).toBe(0);
  });
});
