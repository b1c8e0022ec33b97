import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Fault } from "../../model/index.ts";
import { addressSet, parsePorts } from "../../scope/index.ts";
import { readScan } from "../imports/index.ts";
import { chooseEngine } from "./io/choose-engine.ts";
import { createPlan } from "./plan.ts";

interface Case {
  readonly next: RegExp;
  readonly refused: () => unknown;
  readonly followed: readonly (() => unknown)[];
}

const SEED = "0".repeat(32);
const plan = (seed: string, first: string, last: string) => () =>
  createPlan({ blocks: [{ addresses: addressSet([{ first, last }]), ports: parsePorts("-") }], seed });

const noLibc = (): never => {
  throw new Error("Cannot find the native Koffi module");
};
const engine = (wanted: Parameters<typeof chooseEngine>[0]) => () =>
  chooseEngine(wanted, {}, { platform: "linux", loadLibc: noLibc, loadPacketLibc: noLibc });

const TIME = 1_790_000_000;
const read = (content: string) => () => {
  async function* once(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(content));
  }
  const boundary = addressSet([{ first: "192.0.2.0", last: "192.0.2.255" }]);
  return readScan(once(), { format: "auto", boundary, onThisMachine: false });
};
const PORT = `<port protocol="tcp" portid="22"><state state="open" reason="syn-ack"/></port>`;
const HOST = `<host starttime="${TIME}" endtime="${TIME}"><status state="up"/><address addr="192.0.2.1" addrtype="ipv4"/><ports>${PORT}</ports></host>`;
const xml = (root: string) =>
  `<?xml version="1.0"?>\n<nmaprun scanner="${root}" args="${root}" start="${TIME}" version="1">
<scaninfo type="syn" protocol="tcp" numservices="1" services="22"/>${HOST}
<runstats><finished time="${TIME}" exit="success"/><hosts up="1" down="0" total="1"/></runstats></nmaprun>`;
const masscanJson = `[{"ip":"192.0.2.1","timestamp":"${TIME}","ports":[{"port":22,"proto":"tcp","status":"open","reason":"syn-ack","ttl":64}]}]`;
const masscanList = `#masscan\nopen tcp 22 192.0.2.1 ${TIME}\n# end\n`;
const naabu = `{"ip":"192.0.2.1","timestamp":"2026-09-21T14:13:20Z","port":22,"protocol":"tcp","tls":false}\n`;

const CASES: Readonly<Record<string, Case>> = {
  "a seed of another form": {
    next: /^Give 16 random bytes as lower-case hex\.$/,
    refused: plan("CAFE", "10.0.0.1", "10.0.0.1"),
    followed: [plan(randomBytes(16).toString("hex"), "10.0.0.1", "10.0.0.1")],
  },
  "an IPv6 network": {
    next: /^Choose smaller address ranges; an IPv6 network has to be given as the addresses in use\.$/,
    refused: plan(SEED, "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff"),
    followed: [plan(SEED, "2001:db8::1", "2001:db8::9")],
  },
  "an engine whose library does not load": {
    next: /^Leave the engine out, or choose connect-portable: it sees the same, more slowly\.$/,
    refused: engine("connect"),
    followed: [engine("auto"), engine("connect-portable")],
  },
  "nmap's output for grep": {
    next: /^Give the XML of the same scan: nmap -oX FILE, or -oA for all three\.$/,
    refused: read(
      "# Nmap 7.93 scan initiated Thu Nov 26 23:56:25 2026 as: nmap -oA a 192.0.2.1\nHost: 192.0.2.1 () Status: Up\n",
    ),
    followed: [read(xml("nmap"))],
  },
  "the XML of masscan": {
    next: /^Give nmap's own XML \(-oX\); of masscan its JSON \(-oJ\) or list \(-oL\), of naabu its JSON lines \(-json\)\.$/,
    refused: read(xml("masscan")),
    followed: [xml("nmap"), masscanJson, masscanList, naabu].map((content) => async () => {
      const scan = await read(content)();
      expect(scan.runs.flatMap(({ coverage }) => coverage.ranges)).toMatchObject([
        { first: "192.0.2.1", state: "open" },
      ]);
    }),
  },
};

describe("the next step of a plan, an engine or a file that is refused", () => {
  it.each(Object.entries(CASES))("leads on from %s", async (_, { next, refused, followed }) => {
    const fault: unknown = await attempt(refused).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Fault);
    expect((fault as Fault).next).toMatch(next);
    for (const again of followed) await attempt(again);
  });
});

async function attempt(work: () => unknown): Promise<unknown> {
  return await work();
}
