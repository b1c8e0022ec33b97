import { afterAll, beforeAll, expect, it, describe } from "vitest";
import type { ScanAnswer, ScanOrder } from "../../../../test/fixtures/scan-inside.ts";
import { type ScannerInside, scannerInside } from "../../../../test/fixtures/scanner-inside.ts";
import { describeLab, type Lab, lab } from "../../../../test/lab/index.ts";

const PORTS = Array.from({ length: 60 }, (_, i) => 8_000 + i);
/** Holds every port that the kernel may give to a connection, for a second. */
const HOLD_PORTS = `
  const { createServer } = require("node:net");
  const [first, last] = process.argv.slice(1).map(Number);
  const held = [first, last].map((port) => createServer().listen(port, "0.0.0.0"));
  setTimeout(() => held.forEach((server) => server.close()), 1000);
  held[1].on("listening", () => console.log("held"));
`;

describeLab("a machine that lacks something", () => {
  let net: Lab;
  let inside: ScannerInside;
  beforeAll(async () => {
    net = await lab({ hosts: [{ name: "web", listeners: [80, 443] }] });
    inside = scannerInside(net.scanner);
  });
  afterAll(async () => {
    await inside.close();
    await net.close();
  });

  const scanInside = (order: ScanOrder): Promise<ScanAnswer> => inside.scan(order);

  describe.each(["syn", "connect", "connect-portable"] as const)("%s, without IPv6", (engine) => {
    it.each(["::1", "fd77::2"])("calls %s unreachable, and keeps no IPv4 endpoint waiting", async (lacking) => {
      const web = net.host("web").address;
      const { states, report } = await scanInside({
        engine,
        endpoints: PORTS.flatMap((port) => [[lacking, port] as const, [web, port === 8_059 ? 80 : port] as const]),
      });
      expect(states).toEqual(PORTS.flatMap((port) => ["unreachable", port === 8_059 ? "open" : "closed"]));
      expect(report.errors).toEqual({});
    });

    it.each(["::1", "fd77::2"])("calls UDP endpoints of %s unreachable too", async (lacking) => {
      const { states, report } = await scanInside({
        engine,
        endpoints: [
          [lacking, 53, "udp"],
          [lacking, 69, "udp"],
        ],
      });
      expect(states).toEqual(["unreachable", "unreachable"]);
      expect(report.errors).toEqual({});
    });
  });

  it.each([
    ["connect", "40000", "40001"],
    ["connect-portable", "40002", "40003"],
  ] as const)(
    "%s waits for source ports that others hold, and calls no endpoint unreachable",
    async (engine, first, last) => {
      await net.scanner.run(["sysctl", "-qw", `net.ipv4.ip_local_port_range=${first} ${last}`]);
      const holder = net.scanner.spawn([process.execPath, "-e", HOLD_PORTS, first, last], { stdio: "pipe" });
      await new Promise((resolve) => holder.stdout?.once("data", resolve));
      const web = net.host("web").address;
      const { states, report } = await scanInside({
        engine,
        endpoints: [
          [web, 80],
          [web, 81],
          [web, 443],
        ],
        concurrency: 1,
      });
      await net.scanner.run(["sysctl", "-qw", "net.ipv4.ip_local_port_range=32768 60999"]);
      expect(states).toEqual(["open", "closed", "open"]);
      expect(report.errors["EADDRNOTAVAIL"]).toBeGreaterThan(0);
    },
  );
});
