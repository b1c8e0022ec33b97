import { afterAll, beforeAll, expect, it } from "vitest";
import type { ScanAnswer, ScanOrder } from "../../../../test/fixtures/scan-inside.ts";
import { type ScannerInside, scannerInside } from "../../../../test/fixtures/scanner-inside.ts";
import { describeLab, type Lab, lab, type Station } from "../../../../test/lab/index.ts";

const MANY = Array.from({ length: 200 }, (_, i) => 3_000 + 7 * i);

describeLab("syn on a network", () => {
  let net: Lab;
  let scanner: ScannerInside;
  beforeAll(async () => {
    net = await lab({
      hosts: [
        { name: "web", listeners: [80, 443] },
        { name: "silent", filters: [{ does: "drop" }] },
        {
          name: "guarded",
          listeners: [22, 23],
          filters: [
            { does: "reject", ports: [23] },
            { does: "drop", ports: [24] },
          ],
        },
        { name: "busy", listeners: MANY },
      ],
      ipv6: true,
    });
    await net.scanner.run(["ip", "route", "add", "unreachable", "198.51.100.0/25"]);
    await net.scanner.run(["ip", "route", "add", "prohibit", "198.51.100.128/25"]);
    scanner = scannerInside(net.scanner);
  });
  afterAll(async () => {
    await scanner.close();
    await net.close();
  });

  const scanInside = (order: Omit<ScanOrder, "engine">): Promise<ScanAnswer> =>
    scanner.scan({ engine: "syn", ...order });

  it("keeps open, closed, silent, prohibited and unreachable apart, over IPv4 and IPv6", async () => {
    const [web, silent, guarded] = [net.host("web"), net.host("silent"), net.host("guarded")];
    const { states, report, leftOpen } = await scanInside({
      rate: 1_000,
      endpoints: [
        [web.address, 80],
        [web.address6, 443],
        [web.address, 81],
        [web.address6, 81],
        [silent.address, 80],
        [guarded.address6, 24],
        [guarded.address, 22],
        [guarded.address6, 22],
        [guarded.address, 23],
        [guarded.address6, 23],
        ["198.51.100.1", 80],
      ],
    });
    expect(states).toEqual([
      "open",
      "open",
      "closed",
      "closed",
      "no-response",
      "no-response",
      "open",
      "open",
      "filtered",
      "filtered",
      "unreachable",
    ]);
    expect(report).toMatchObject({ retried: 2, errors: {}, dropped: 0 });
    expect(leftOpen).toBe(0);
  });

  it("takes its own addresses and loopback through connections", async () => {
    const { address, address6 } = net.scanner;
    const endpoints = ["127.0.0.1", "::1", address, address6].map((each) => [each, 9] as const);
    const { states, leftOpen } = await scanInside({ rate: 1_000, endpoints });
    expect(states).toEqual(["closed", "closed", "closed", "closed"]);
    expect(leftOpen).toBe(0);
  });

  it("leaves not scanned what this machine itself forbids, and counts it", async () => {
    const { states, report } = await scanInside({ rate: 1_000, endpoints: [["198.51.100.200", 80]] });
    expect(states).toEqual([null]);
    expect(report).toMatchObject({ sent: 0, errors: { EACCES: 1 } });
  });

  it("calls an address unreachable if no neighbour answers for it, and sends it no SYN", async () => {
    // The silent host drops neighbour solicitations too; ARP passes by its filter.
    const { address6 } = net.host("silent");
    const endpoints = ["10.77.0.99", "fd77::99", address6].flatMap((each) =>
      [80, 81].map((port) => [each, port] as const),
    );
    const { states } = await scanInside({ rate: 1_000, endpoints });
    expect(states).toEqual(endpoints.map(() => "unreachable"));
  });

  it("finds every listener among ten thousand ports and nothing else, over IPv4 and IPv6", async () => {
    const { address, address6 } = net.host("busy");
    const ports = Array.from({ length: 5_000 }, (_, i) => 1 + i);
    const endpoints = [address, address6].flatMap((each) => ports.map((port) => [each, port] as const));
    const { states, report } = await scanInside({ rate: 50_000, endpoints });
    const truth = new Set(MANY);
    expect(states).toEqual(endpoints.map(([, port]) => (truth.has(port) ? "open" : "closed")));
    expect(report).toMatchObject({ sent: 10_000, retried: 0, dropped: 0, errors: {} });
  });

  // A frame for an interface on top of another one passes that one first.
  it.for([
    ["vlan", 7, "type vlan id 7"],
    ["macvlan", 8, "type macvlan mode bridge"],
  ] as const)(
    "reaches what is behind a %s interface, over IPv4 and IPv6",
    async ([kind, subnet, type], { skip, onTestFinished }) => {
      const addTo = async (number: number, station: Station): Promise<boolean> => {
        const lines = [
          `link add link eth0 name ${kind} ${type}`,
          `address add 10.79.${subnet}.${number}/24 dev ${kind}`,
          `address add fd79:${subnet}::${number}/64 dev ${kind} nodad`,
          `link set ${kind} up`,
        ];
        const { status } = await station.run(["ip", "-batch", "-"], { input: lines.join("\n") });
        return status === 0;
      };
      const made = (await addTo(1, net.scanner)) && (await addTo(2, net.host("web")));
      onTestFinished(() => net.scanner.run(["ip", "link", "delete", kind]).then(() => undefined));
      skip(!made, `this kernel makes no interface of type ${kind}`);
      const addresses = [`10.79.${subnet}.2`, `fd79:${subnet}::2`, `10.79.${subnet}.9`, `fd79:${subnet}::9`];
      const left = async (): Promise<number> => {
        const { stdout } = await net.scanner.run(["ip", "-s", "-j", "link", "show", "dev", kind]);
        return (JSON.parse(stdout) as { stats64: { tx: { packets: number } } }[])[0]?.stats64.tx.packets ?? 0;
      };
      const before = await left();
      const { states, report, leftOpen } = await scanInside({
        rate: 1_000,
        endpoints: addresses.flatMap((each) => [80, 81].map((port) => [each, port] as const)),
      });
      expect(states).toEqual([
        "open",
        "closed",
        "open",
        "closed",
        "unreachable",
        "unreachable",
        "unreachable",
        "unreachable",
      ]);
      expect(report).toMatchObject({ retried: 0, errors: {}, dropped: 0 });
      // Four SYNs and at least one query for each of four neighbours left through it.
      expect((await left()) - before).toBeGreaterThanOrEqual(8);
      expect(leftOpen).toBe(0);
    },
  );

  it("sends on the wire exactly the packets it counts, at its rate, retries included", async () => {
    const { address } = net.host("silent");
    await scanInside({ rate: 1_000, endpoints: [[address, 999]] });
    const ports = Array.from({ length: 300 }, (_, i) => 1_000 + i);
    const before = (await net.scanner.packets()).sent;
    const { states, report, took } = await scanInside({
      rate: 200,
      endpoints: ports.map((port) => [address, port] as const),
    });
    const sent = (await net.scanner.packets()).sent - before;
    expect(states).toEqual(ports.map(() => "no-response"));
    expect(report).toMatchObject({ sent: 600, retried: 300 });
    // 600 SYNs but for a burst of 4 % of a second's.
    expect(took).toBeGreaterThan((1_000 * (600 - 10)) / 200);
    expect(sent).toBeGreaterThanOrEqual(600);
    // Neighbour discovery may add a few.
    expect(sent).toBeLessThan(600 + 10);
  });
});
