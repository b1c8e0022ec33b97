import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Fault } from "../../model/index.ts";
import { addressSet, formatAddresses, parsePorts, type AddressSet } from "../../scope/index.ts";
import { readScan, type ImportedScan } from "./read-scan.ts";
import type { ScanClaim } from "./claim.ts";
import type { ScanFormat } from "./detect.ts";

const SCANS = join(import.meta.dirname, "../../../test/fixtures/scans");
const FILES = [
  "nmap-few.xml",
  "nmap-many.xml",
  "nmap-tu.xml",
  "nmap-ack.xml",
  "masscan.json",
  "masscan.list",
  "naabu.jsonl",
] as const;
const fixture = (name: string): Buffer => readFileSync(join(SCANS, name));
const loopback = addressSet([{ first: "127.0.0.0", last: "127.255.255.255" }]);
const everything = addressSet([{ first: "0.0.0.0", last: "255.255.255.255" }]);

interface Wanted {
  readonly format?: ScanFormat;
  readonly boundary?: AddressSet;
  readonly claim?: ScanClaim;
  readonly onThisMachine?: boolean;
  readonly piece?: number;
}

function read(content: string | Uint8Array, wanted: Wanted = {}): Promise<ImportedScan> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const { format = "auto", boundary = loopback, onThisMachine = true, claim, piece = 7 } = wanted;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  return readScan(pieces(), { format, boundary, onThisMachine, claim });
}

function shown(scan: ImportedScan): string[] {
  return scan.runs.flatMap((run) =>
    run.coverage.ranges.map(({ first, last, transport, state, ports }) => {
      const where = first === last ? first : `${first}-${last}`;
      return `${where} ${transport} ${state} ${ports.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(",")}`;
    }),
  );
}

const START = 1_795_330_957_000;

describe("files as the scanners wrote them", () => {
  it("nmap: a port element for each port", async () => {
    const scan = await read(fixture("nmap-few.xml"));
    expect(shown(scan)).toEqual(["127.0.0.1 tcp open 18081", "127.0.0.1 tcp closed 18075-18080,18082-18085"]);
    expect(scan).toMatchObject({
      facts: { scanner: "nmap", version: "7.93", commandLine: "nmap -sT -p 18075-18085 -oX few.xml 127.0.0.1" },
      startedAt: START,
      endedAt: START,
      leftOut: { outsideScope: 0, notCovered: 0, inferred: 0 },
      counts: { open: 1, closed: 10 },
      bytes: 2284,
    });
    expect(scan.facts.incomplete).toBeUndefined();
  });

  it("nmap: extraports of two hosts, one of them outside of the boundary", async () => {
    const scan = await read(fixture("nmap-many.xml"), {
      boundary: addressSet([{ first: "127.0.0.2", last: "127.0.0.9" }]),
    });
    expect(shown(scan)).toEqual(["127.0.0.2 tcp closed 18000-18300"]);
    expect(scan.leftOut).toMatchObject({ outsideScope: 1 });
  });

  it("nmap: TCP and UDP summed up together", async () => {
    expect(shown(await read(fixture("nmap-tu.xml")))).toEqual([
      "127.0.0.1 tcp open 18081",
      "127.0.0.1 tcp closed 18000-18080,18082-18100",
      "127.0.0.1 udp closed 18000-18050",
    ]);
  });

  it("nmap: unfiltered ports of an ACK scan are covered by nothing", async () => {
    const scan = await read(fixture("nmap-ack.xml"));
    expect(shown(scan)).toEqual([]);
    expect(scan.leftOut).toMatchObject({ inferred: 101, notCovered: 0 });
  });

  it.each([
    ["masscan.json", "masscan", START, START + 3_000],
    ["masscan.list", "masscan", START, START + 3_000],
    ["naabu.jsonl", "naabu", START + 123, START + 3_000],
  ])("%s covers what it names and nothing else", async (file, scanner, from, to) => {
    const scan = await read(fixture(file));
    expect(shown(scan)).toEqual(["127.0.0.1 tcp open 18081", "127.0.0.2 udp open 53"]);
    expect(scan).toMatchObject({
      facts: { scanner },
      leftOut: { outsideScope: 1, unreadable: 0 },
      startedAt: from,
      endedAt: to,
    });
    expect(scan.facts.incomplete).toBeUndefined();
    expect(scan.runs.map(({ probedFrom, probedTo }) => [probedFrom, probedTo])).toEqual([
      [from, from],
      [to, to],
    ]);
  });

  it.each(FILES)("%s reads the same in pieces of any size", async (file) => {
    const whole = await read(fixture(file), { piece: 1_000_000 });
    for (const piece of [1, 13]) {
      const inPieces = await read(fixture(file), { piece });
      expect(shown(inPieces)).toEqual(shown(whole));
      expect(inPieces.digest).toBe(whole.digest);
    }
  });
});

describe("a claim", () => {
  const claim = {
    ports: parsePorts("53,18081,U:53"),
    targets: addressSet([{ first: "127.0.0.1", last: "127.0.0.3" }]),
  };

  it("adds ports without an answer in the file, neither closed nor filtered", async () => {
    const scan = await read(fixture("masscan.json"), { claim });
    expect(shown(scan).sort()).toEqual([
      "127.0.0.1 tcp no-response 53",
      "127.0.0.1 tcp open 18081",
      "127.0.0.1 udp no-response 53",
      "127.0.0.2 tcp no-response 53,18081",
      "127.0.0.2 udp open 53",
      "127.0.0.3 tcp no-response 53,18081",
      "127.0.0.3 udp no-response 53",
    ]);
  });

  it("without targets is about the addresses in the file, as far as they are in scope", async () => {
    const scan = await read(fixture("masscan.list"), { claim: { ports: claim.ports } });
    expect(formatAddresses(addressSet(scan.addresses.map((each) => ({ first: each, last: each }))))).toBe(
      "127.0.0.1-127.0.0.2",
    );
    expect(scan.counts).toMatchObject({ closed: 0, "no-response": 4, filtered: 0 });
  });

  it("does not count for a file that may not be all of it", async () => {
    const text = fixture("masscan.list").toString().replace("# end\n", "");
    expect(shown(await read(text, { claim }))).toEqual(["127.0.0.1 tcp open 18081", "127.0.0.2 udp open 53"]);
  });

  it("is refused for nmap, whose files state what was scanned", async () => {
    await expect(read(fixture("nmap-few.xml"), { claim })).rejects.toMatchObject({
      code: "config-invalid",
      place: "--ports",
    });
  });
});

describe("files that are not whole", () => {
  it.each(FILES)("%s, cut at every byte, is a fault or a part of the whole", { tags: ["long"] }, async (file) => {
    const bytes = fixture(file);
    const whole = await read(bytes, { piece: 4_096, boundary: everything });
    const known = new Set(whole.open.map(({ address, port }) => `${address} ${port}`));
    let partial = 0;
    for (let length = 0; length < bytes.length; length += 1) {
      const outcome = await read(bytes.subarray(0, length), { piece: 4_096, boundary: everything }).catch(
        (error: unknown) => error,
      );
      if (outcome instanceof Fault) {
        expect(outcome.code).toBe("config-invalid");
        continue;
      }
      const scan = outcome as ImportedScan;
      expect(scan.runs.length).toBeLessThanOrEqual(whole.runs.length);
      expect(scan.open.every(({ address, port }) => known.has(`${address} ${port}`))).toBe(true);
      if (scan.facts.incomplete !== undefined) partial += 1;
    }
    expect(partial).toBeGreaterThan(0);
  });

  it("nmap that ended with an error is partial, and says with which", async () => {
    const text = fixture("nmap-few.xml").toString().replace('exit="success"', 'exit="error" errormsg="no\u001b route"');
    expect((await read(text)).facts.incomplete).toBe("nmap ended with an error: no\\u{1b} route");
  });

  it("nmap without a finished element is partial, though every tag is closed", async () => {
    const text = fixture("nmap-few.xml")
      .toString()
      .replace(/<finished[^>]*>/, "");
    expect((await read(text)).facts.incomplete).toBe("nmap did not say that it finished");
  });

  it("masscan without its last bracket is partial", async () => {
    const text = fixture("masscan.json").toString().replace(/\]\n$/, "");
    const scan = await read(text);
    expect(scan.facts.incomplete).toContain("no closing bracket");
    expect(scan.open).toHaveLength(2);
  });

  it("the end that old masscan writes is accepted, although it is not JSON", async () => {
    const text = fixture("masscan.json").toString().replace(/\]\n$/, "{finished: 1}\n]\n");
    expect((await read(text)).facts.incomplete).toBeUndefined();
  });
});

describe("hostile files", () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE nmaprun [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><nmaprun scanner="nmap" start="1795330957">&b;</nmaprun>`;
  const host = (inside: string): string =>
    fixture("nmap-few.xml")
      .toString()
      .replace(/<host [\s\S]*<\/host>/, `<host starttime="1795330957" endtime="1795330957">${inside}</host>`);
  it.each([
    ["an entity bomb", bomb, "document type of its own"],
    ["an external entity", bomb.replace('"aaaa"', 'SYSTEM "file:///etc/passwd"'), "document type of its own"],
    ["an entity that nobody declared", host("&b;"), "undefined entity"],
    ["elements without an end", `<nmaprun scanner="nmap">${"<a>".repeat(100)}`, "more than 64 deep"],
    ["a tag without an end", `<nmaprun scanner="nmap"><a b="${"x".repeat(5_000_000)}"/>`, "longer than 4194304"],
    ["tags that do not match", "<nmaprun scanner='nmap'><a></b></nmaprun>", "not well-formed"],
    ["XML of masscan", "<nmaprun scanner='masscan'></nmaprun>", "not of nmap"],
    ["another XML", "<html></html>", "not of nmap: it begins with <html>"],
    ["a record without an end", `[{"ip": "${"x".repeat(1_100_000)}`, "longer than 1048576"],
    ["records that are not JSON", `{"ip": nothing}`, "not JSON"],
    ["text between records", `{"port": 1} x`, "not JSON records"],
    ["a record of another scanner", `${fixture("naabu.jsonl").toString()}{"ip":"::1","ports":[]}`, "of masscan"],
    ["a list of something else", "#masscan\nhello tcp 80 127.0.0.1 1\n", "begins no line"],
    ["a line without an end", `#${"x".repeat(300_000)}`, "longer than 262144"],
    ["something else", "\u007fELF", "does not begin like"],
    ["nothing", "", "is empty"],
    ["white space", " \n".repeat(50), "is empty"],
    ["an empty array", "[\n]\n", "no observation"],
    ["a scan without any time", `{"ip":"127.0.0.1","port":80}`, "does not state when"],
  ])("%s is refused", async (_name, text, message) => {
    const error: unknown = await read(text, { piece: 50_000 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Fault);
    expect((error as Fault).message).toContain(message);
    expect((error as Fault).next).not.toBe("");
  });

  it("names the line and column of what is wrong", async () => {
    const text = `<nmaprun scanner="nmap">\n<a>\n</b>`;
    await expect(read(text)).rejects.toMatchObject({ place: expect.stringMatching(/^3:\d+$/) as unknown });
  });

  it.each([
    [
      `<status state="up"/><address addr="127.0.0.1%lo" addrtype="ipv4"/><ports/>`,
      { leftOut: { unreadable: 1, outsideScope: 0 } },
    ],
    [
      `<status state="up"/><address addr="AA:BB" addrtype="mac"/><ports/>`,
      { leftOut: { unreadable: 1, outsideScope: 0 } },
    ],
    [
      `<status state="up"/><address addr="127.0.0.1" addrtype="ipv4"/><ports><port protocol="tcp" portid="0"><state state="open"/></port><port protocol="tcp" portid="65536"><state state="open"/></port><port protocol="sctp" portid="80"><state state="open"/></port></ports>`,
      { open: [], leftOut: { notCovered: 11, portZero: 1, otherProtocol: 1 } },
    ],
    [`<status state="down"/><address addr="127.0.0.1" addrtype="ipv4"/>`, { facts: { hostsDown: 1 } }],
    [
      `<status state="up"/><address addr="127.0.0.1" addrtype="ipv4"/><os><portused state="open" proto="tcp" portid="22"/></os><ports/>`,
      { open: [] },
    ],
    [
      `<status state="up"/><address addr="::ffff:127.0.0.1" addrtype="ipv6"/><ports><port protocol="tcp" portid="18075"><state state="open"/><service name="&lt;script&gt;" method="table"/><script id="x" output="a&#x0;b"/></port></ports>`,
      { open: [{ address: "127.0.0.1", transport: "tcp", port: 18_075 }] },
    ],
  ])("a host of %s is taken as no more than it is", async (inside, expected) => {
    expect(await read(host(inside))).toMatchObject(expected);
  });
});

describe("times", () => {
  const nmap = (hosts: readonly (readonly [address: string, from: number, to: number, port: number])[]): string =>
    `<nmaprun scanner="nmap" start="1000000"><scaninfo type="syn" protocol="tcp" numservices="1" services="80"/>${hosts
      .map(
        ([address, from, to, port]) =>
          `<host starttime="${from}" endtime="${to}"><status state="up"/><address addr="${address}" addrtype="ipv4"/><ports><port protocol="tcp" portid="80"><state state="${port === 80 ? "open" : "closed"}"/></port></ports></host>`,
      )
      .join("")}<runstats><finished time="2000000" exit="success"/></runstats></nmaprun>`;

  it("each host has its own, so an early one does not seem scanned until the end", async () => {
    const scan = await read(
      nmap([
        ["127.0.0.1", 1_000_000, 1_000_010, 80],
        ["127.0.0.2", 1_900_000, 1_999_990, 80],
      ]),
    );
    expect(scan.runs.map(({ probedFrom, probedTo }) => [probedFrom, probedTo])).toEqual([
      [1_000_000_000, 1_000_010_000],
      [1_900_000_000, 1_999_990_000],
    ]);
    expect([scan.startedAt, scan.endedAt]).toEqual([1_000_000_000, 2_000_000_000]);
  });

  it("of many, neighbours are joined to at most 65 runs, each no longer than a 64th of the whole", async () => {
    const hosts = Array.from(
      { length: 500 },
      (_, at) => [`127.0.${at >> 8}.${at & 255}`, 1_000_000 + at, 1_000_001 + at, 80] as const,
    );
    const scan = await read(nmap(hosts), { piece: 10_000 });
    expect(scan.runs.length).toBeLessThanOrEqual(65);
    expect(scan.runs.length).toBeGreaterThan(60);
    expect(scan.counts.open).toBe(500);
  });

  it("a host that is listed twice at one time: open counts, and no other contradiction", async () => {
    const scan = await read(
      nmap([
        ["127.0.0.1", 1_000_000, 1_000_010, 80],
        ["127.0.0.1", 1_000_000, 1_000_010, 81],
      ]),
    );
    expect(shown(scan)).toEqual(["127.0.0.1 tcp open 80"]);
  });
});
