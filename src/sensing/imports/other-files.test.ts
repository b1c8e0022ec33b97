import { describe, expect, it } from "vitest";
import { addressSet } from "../../scope/index.ts";
import type { Inside, ScanLeftOut } from "./gather.ts";
import { readScan, type ImportedScan } from "./read-scan.ts";

const documentation = addressSet([{ first: "192.0.2.0", last: "192.0.2.255" }]);
const AT = 1_790_000_000;

function read(content: string | Uint8Array, inside: Partial<Inside> = {}): Promise<ImportedScan> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 3) yield await Promise.resolve(bytes.subarray(at, at + 3));
  }
  return readScan(pieces(), { format: "auto", boundary: documentation, onThisMachine: false, ...inside });
}

function listed(scan: ImportedScan): string[] {
  return scan.runs.flatMap((run) =>
    run.coverage.ranges.flatMap(({ first, transport, state, ports }) =>
      ports.map(([from, to]) => `${first} ${transport}/${from === to ? from : `${from}-${to}`} ${state}`),
    ),
  );
}

function leftOut(scan: ImportedScan): Partial<ScanLeftOut> {
  return Object.fromEntries(Object.entries(scan.leftOut).filter(([, number]) => number > 0));
}

interface Nmap {
  readonly info?: string;
  readonly host?: string;
  readonly status?: string;
  readonly hostAttributes?: string;
  readonly finished?: string;
  readonly down?: number;
  readonly address?: string;
}

function nmap(given: Nmap): string {
  const {
    info = `<scaninfo type="syn" protocol="tcp" numservices="3" services="22,80,443"/>`,
    host = "",
    status = "up",
    hostAttributes = "",
    finished = `exit="success"`,
    down = 0,
    address = "192.0.2.1",
  } = given;
  return `<?xml version="1.0"?>
<nmaprun scanner="nmap" args="nmap" start="${AT}" version="7.95">
${info}
<host starttime="${AT}" endtime="${AT}" ${hostAttributes}><status state="${status}" reason="echo-reply"/><address addr="${address}" addrtype="ipv4"/>${host}</host>
<runstats><finished time="${AT}" ${finished}/><hosts up="1" down="${down}" total="1"/></runstats>
</nmaprun>
`;
}

const port = (number: number, state: string, protocol = "tcp"): string =>
  `<port protocol="${protocol}" portid="${number}"><state state="${state}" reason="x"/></port>`;
const three = `<ports>${port(22, "open")}${port(80, "closed")}${port(443, "closed")}</ports>`;
const all = ["192.0.2.1 tcp/22 open", "192.0.2.1 tcp/80 closed", "192.0.2.1 tcp/443 closed"];

describe("naabu", () => {
  const record = (rest: string): string => `{"ip":"192.0.2.1","timestamp":"2023-05-01T10:00:00Z",${rest}}\n`;

  it.each([
    ["2.0.9 to 2.1.1: a number, TCP only", `"port":22`, "192.0.2.1 tcp/22 open"],
    ["2.1.2 to 2.1.6: an object, TCP", `"port":{"Port":22,"Protocol":0,"TLS":false}`, "192.0.2.1 tcp/22 open"],
    ["2.1.2 to 2.1.6: an object, UDP", `"port":{"Port":53,"Protocol":1,"TLS":false}`, "192.0.2.1 udp/53 open"],
    ["from 2.1.7: a number and a word", `"port":53,"protocol":"udp","tls":false`, "192.0.2.1 udp/53 open"],
  ])("%s", async (_versions, rest, expected) => {
    expect(listed(await read(record(rest)))).toEqual([expected]);
  });

  it.each([
    ["an object without a protocol", `"port":{"Port":53}`],
    ["a protocol number that no version has", `"port":{"Port":53,"Protocol":3}`],
    ["a protocol as a number beside the port", `"port":53,"protocol":1`],
    ["two protocols", `"port":{"Port":53,"Protocol":1},"protocol":"tcp"`],
  ])("refuses %s, with its line, rather than guess", async (_what, rest) => {
    await expect(read(record(`"port":22`) + record(rest))).rejects.toMatchObject({
      code: "config-invalid",
      place: "2",
      message: expect.stringContaining("a guess") as unknown,
    });
  });

  it("counts ARP replies as another protocol", async () => {
    const scan = await read(record(`"port":22`) + record(`"port":{"Port":1,"Protocol":2}`));
    expect(leftOut(scan)).toEqual({ otherProtocol: 1 });
  });
});

describe("masscan", () => {
  const line = (port: number, proto: string, kind: string, data: string): string =>
    `{"ip":"192.0.2.1","timestamp":"${AT}","port":${port},"proto":"${proto}","rec_type":"${kind}","data":${data}}\n`;

  it("as JSON lines (-oD)", async () => {
    const scan = await read(
      line(22, "tcp", "status", `{"status":"open","reason":"syn-ack","ttl":64}`) +
        line(23, "tcp", "status", `{"status":"closed","reason":"rst-ack","ttl":64}`) +
        line(22, "tcp", "banner", `{"service_name":"ssh","banner":"SSH-2.0"}`) +
        line(0, "icmp", "status", `{"status":"open"}`) +
        line(7, "sctp", "status", `{"status":"open"}`) +
        line(0, "tcp", "status", `{"status":"open"}`) +
        line(24, "tcp", "other", `{"status":"open"}`),
    );
    expect(scan.facts).toMatchObject({ scanner: "masscan" });
    expect(scan.facts.incomplete).toBeUndefined();
    expect(listed(scan)).toEqual(["192.0.2.1 tcp/22 open", "192.0.2.1 tcp/23 closed"]);
    expect(leftOut(scan)).toEqual({ otherProtocol: 2, portZero: 1, unreadable: 1 });
  });

  it("as a list, with ARP and ICMP replies in it", async () => {
    const scan = await read(
      `#masscan\nopen tcp 22 192.0.2.1 ${AT}\nup arp 0 192.0.2.1 ${AT}\nopen icmp 0 192.0.2.1 ${AT}\n# end\n`,
    );
    expect(listed(scan)).toEqual(["192.0.2.1 tcp/22 open"]);
    expect(leftOut(scan)).toEqual({ otherProtocol: 2 });
  });
});

describe("nmap", () => {
  it("a scan of port 0 keeps the ports that extraports name", async () => {
    const scan = await read(
      nmap({
        info: `<scaninfo type="syn" protocol="tcp" numservices="101" services="0-100"/>`,
        host: `<ports><extraports state="closed" count="97"><extrareasons reason="reset" count="97" proto="tcp" ports="0-21,23-79,82-99"/></extraports>${port(22, "open")}${port(80, "open")}${port(81, "filtered")}${port(100, "filtered")}</ports>`,
      }),
    );
    expect(scan.counts).toMatchObject({ open: 2, filtered: 2, closed: 96 });
    expect(leftOut(scan)).toEqual({ portZero: 1 });
  });

  it("a scan of port 0 without names in extraports adds up too", async () => {
    const scan = await read(
      nmap({
        info: `<scaninfo type="syn" protocol="tcp" numservices="11" services="0-10"/>`,
        host: `<ports><extraports state="closed" count="9"/>${port(0, "filtered")}${port(2, "open")}</ports>`,
      }),
    );
    expect(scan.counts).toMatchObject({ open: 1, closed: 9 });
    expect(leftOut(scan)).toEqual({ portZero: 1 });
  });

  it("SCTP beside TCP is counted, and takes no port of TCP with it", async () => {
    const scan = await read(
      nmap({
        info: `<scaninfo type="syn" protocol="tcp" numservices="3" services="22,80,443"/><scaninfo type="sctpinit" protocol="sctp" numservices="2" services="7,9"/>`,
        host: `<ports><extraports state="closed" count="4"><extrareasons reason="reset" count="2" proto="tcp" ports="80,443"/><extrareasons reason="abort" count="2" proto="sctp" ports="7,9"/></extraports>${port(22, "open")}</ports>`,
      }),
    );
    expect(listed(scan)).toEqual(all);
    expect(leftOut(scan)).toEqual({ otherProtocol: 2 });
  });

  it("an IP protocol scan has no endpoint", async () => {
    const scan = await read(
      nmap({
        info: `<scaninfo type="ipproto" protocol="ip" numservices="256" services="0-255"/>`,
        host: `<ports><extraports state="open|filtered" count="255"/>${port(1, "open", "ip")}</ports>`,
      }),
    );
    expect(listed(scan)).toEqual([]);
    expect(leftOut(scan)).toEqual({ otherProtocol: 256 });
  });

  it.each(["ack", "fin", "null", "xmas", "window", "maimon", "bounce"])("%s infers states", async (type) => {
    const info = `<scaninfo type="${type}" protocol="tcp" numservices="3" services="22,80,443"/>`;
    const scan = await read(nmap({ info, host: three }));
    expect(listed(scan)).toEqual([]);
    expect(leftOut(scan)).toEqual({ inferred: 3 });
  });

  it("ports without a scaninfo of their protocol were found nobody knows how", async () => {
    expect(leftOut(await read(nmap({ info: "", host: three })))).toEqual({ inferred: 3 });
  });

  it.each<[string, Nmap, Partial<ScanLeftOut>]>([
    ["of a ping scan is not down", { info: "" }, { hostsNotScanned: 1 }],
    ["of a list scan is not down", { info: "", status: "unknown" }, { hostsNotScanned: 1 }],
    ["that is down", { status: "down" }, { hostsDown: 1 }],
    ["that nmap gave up on", { hostAttributes: `timedout="true"` }, { hostsDown: 1 }],
    ["that only the totals mention is counted", { host: three, down: 254 }, { hostsDown: 254 }],
  ])("a host %s", async (_which, given, expected) => {
    expect(leftOut(await read(nmap(given)))).toEqual(expected);
  });

  it("a file without exit, as Zenmap saves it, is whole", async () => {
    const scan = await read(nmap({ host: three, finished: `elapsed="1"` }));
    expect(scan.facts.incomplete).toBeUndefined();
    expect(listed(scan)).toEqual(all);
  });

  it("an error that the file does not name is not followed by nothing", async () => {
    const scan = await read(nmap({ host: three, finished: `exit="error"` }));
    expect(scan.facts.incomplete).toBe("nmap ended with an error, which the file does not name");
  });

  it.each([
    ["with its own declaration", nmap({ host: three })],
    ["without one", nmap({ host: three }).replace(/^.*\n/, "")],
  ])("a second document %s is refused, with its line and what to do", async (_how, second) => {
    const first = nmap({ host: three });
    await expect(read(first + second)).rejects.toMatchObject({
      place: expect.stringMatching(/^7:/) as unknown,
      message: expect.stringContaining("--append-output") as unknown,
      next: expect.stringContaining("Split the file") as unknown,
    });
  });
});

describe("addresses", () => {
  const loopback = addressSet([{ first: "127.0.0.1", last: "127.0.0.1" }]);

  it("loopback of another machine is left out, and counted", async () => {
    const scan = await read(nmap({ host: three, address: "127.0.0.1" }), { boundary: loopback });
    expect(scan.addresses).toEqual([]);
    expect(leftOut(scan)).toEqual({ loopback: 1 });
  });

  it("loopback of this machine is taken", async () => {
    const scan = await read(nmap({ host: three, address: "127.0.0.1" }), { boundary: loopback, onThisMachine: true });
    expect(scan.addresses).toEqual(["127.0.0.1"]);
  });

  it("outside the scope are counted, and some named", async () => {
    const scan = await read(nmap({ host: three, address: "198.51.100.7" }));
    expect(leftOut(scan)).toEqual({ outsideScope: 1 });
    expect(scan.outside).toEqual(["198.51.100.7"]);
  });
});

describe("encodings", () => {
  const text = nmap({ host: three });
  const little = Buffer.from(`\uFEFF${text}`, "utf16le");
  it.each([
    ["UTF-16, as PowerShell 5 writes it", little],
    ["UTF-16, the other byte order", Buffer.from(little).swap16()],
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${text}`)],
  ])("%s is read", async (_name, bytes) => {
    expect(listed(await read(bytes))).toEqual(all);
  });

  it.each(["", "{"])("a file of %j is too short for any", async (bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: "config-invalid" });
  });
});
