import { SaxesParser } from "saxes";
import { printable } from "../../platform/documents/index.ts";
import { TRANSPORTS, type Instant, type Transport } from "../../model/index.ts";
import { canonicalAddress } from "../../scope/index.ts";
import { settleHost, type ExtraPorts, type ListedPort, type ScannedPorts } from "./nmap-host.ts";
import { readPort, readPortList, type PortList, type Unheld } from "./port-list.ts";
import { NO_PORTS } from "./port-states.ts";
import { instantOfSeconds, unreadableScan, type ScanFacts, type ScanReader, type ScanSink } from "./scan-reader.ts";

/** Characters of one tag, comment or text. The longest that nmap writes are the outputs of its scripts. */
const LONGEST_TOKEN = 4 * 1_048_576;
/** Elements within elements. nmap's own go to five, the tables of its scripts some deeper. */
const DEEPEST = 64;
/** `port` elements of one host: each port of both transports, once. */
const MOST_LISTED = 131_072;
const MOST_EXTRA = 64;
const MOST_SCANINFO = 64;
/** Characters that XML does not allow and scripts may have printed: so many of them are passed over. */
const MOST_BLEMISHES = 10_000;
/** Text is parsed in slices, so that the length of a token is checked before it can grow far beyond the limit. */
const SLICE = 65_536;

/** Scan types whose `open` and `closed` come from an answer of the port itself, by nmap's `scaninfo type`. */
const RELIABLE_TYPES = new Set(["connect", "syn", "udp"]);

const BLEMISH = /: (disallowed character|malformed character entity)\.$/;
const NEXT = "Give the file as nmap -oX wrote it, or run the scan again.";
/** How saxes reports the beginning of a document behind another one. */
const SECOND = /: (an XML declaration must be at the start of the document|documents may contain only one root)\.$/;
const SECOND_DOCUMENT = [
  "A second document begins here: nmap --append-output puts whole documents behind each other, which is not XML.",
  "Split the file before this line, and import the parts one by one.",
] as const;

type Attributes = Readonly<Record<string, string>>;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface OpenHost {
  from: Instant | undefined;
  to: Instant | undefined;
  isDown: boolean;
  upReason: string;
  address: string | undefined;
  hasPorts: boolean;
  hasTimedOut: boolean;
  readonly listed: ListedPort[];
  readonly unheld: Mutable<Unheld>;
  readonly extra: (ExtraPorts & { readonly named: ExtraPorts["named"][number][]; readonly reasons: string[] })[];
}

/**
 * Reads nmap's XML (nmap.dtd) as it comes; only the host that is being read is held. Elements unrelated to ports are
 * skipped, and so are services: with `method="table"` they are guessed from the port number.
 *
 * No entity is expanded but the five of XML itself and characters by number, and a document type with declarations of
 * its own is refused. Nothing outside the file is ever read.
 */
export function createNmapReader(sink: ScanSink): ScanReader {
  const parser = new SaxesParser({ xmlns: false });
  const path: string[] = [];
  const scan: { root?: Attributes; finished?: Attributes; scaninfos: number; runDown: number } = {
    scaninfos: 0,
    runDown: 0,
  };
  const hosts = { down: 0, givenUp: 0, notScanned: 0 };
  let scanned: ScannedPorts = { all: NO_PORTS, unheld: { portZero: 0, otherProtocol: 0 }, reliable: new Set() };
  const lists = createListCache();
  let host: OpenHost | undefined;
  let port: { transport: Transport; port: number } | undefined;
  let lastToken = 0;
  let blemishes = 0;
  let isEnding = false;
  let cutOff: string | undefined;

  const refuse = (problem: string, next = NEXT): never => {
    throw unreadableScan(problem, next, `${parser.line}:${parser.column + 1}`);
  };
  const passed = (): void => void (lastToken = parser.position);
  const isAfterRoot = (): boolean => scan.root !== undefined && path.length === 0;

  parser.on("error", (error) => {
    if (isEnding) cutOff ??= "the file ends in the middle";
    else if (isAfterRoot() && SECOND.test(error.message)) refuse(...SECOND_DOCUMENT);
    else if (!BLEMISH.test(error.message)) refuse(`The file is not well-formed XML: ${whatOf(error)}`);
    else if ((blemishes += 1) > MOST_BLEMISHES) refuse("The file is full of characters that XML does not allow.");
  });
  parser.on("comment", passed);
  parser.on("processinginstruction", passed);
  parser.on("cdata", passed);
  parser.on("doctype", (text) => {
    passed();
    if (text.includes("[")) {
      refuse("The file declares a document type of its own (entities, perhaps a bomb of them), which nmap never does.");
    }
  });

  const onScaninfo = (given: Attributes): void => {
    if ((scan.scaninfos += 1) > MOST_SCANINFO) refuse(`The file has more than ${MOST_SCANINFO} scaninfo elements.`);
    const transport = transportOf(given["protocol"]);
    const list = lists(given["services"] ?? "", transport);
    const reliable = new Set(scanned.reliable);
    if (transport !== undefined && RELIABLE_TYPES.has(given["type"] ?? "")) reliable.add(transport);
    scanned = {
      all: scanned.all.union(list?.ports ?? NO_PORTS),
      unheld: {
        portZero: scanned.unheld.portZero + (list?.unheld.portZero ?? 0),
        otherProtocol: scanned.unheld.otherProtocol + (list?.unheld.otherProtocol ?? 0),
      },
      reliable,
    };
  };

  const onHostChild = (open: OpenHost, name: string, given: Attributes): void => {
    if (name === "status") {
      open.isDown = given["state"] === "down";
      open.upReason = given["reason"] ?? "";
    } else if (name === "address" && given["addrtype"] !== "mac") {
      open.address = canonicalAddress(given["addr"] ?? "") ?? open.address;
    } else if (name === "ports") {
      open.hasPorts = true;
    }
  };

  const onPortsChild = (open: OpenHost, name: string, given: Attributes): void => {
    if (name === "port") {
      const transport = transportOf(given["protocol"]);
      const number = readPort(given["portid"]);
      port = transport === undefined || number === undefined ? undefined : { transport, port: number };
      if (transport === undefined) open.unheld.otherProtocol += 1;
      else if (given["portid"] === "0") open.unheld.portZero += 1;
    } else if (name === "extraports") {
      const count = /^\d{1,6}$/.test(given["count"] ?? "") ? Number(given["count"]) : Number.NaN;
      if (open.extra.length >= MOST_EXTRA) refuse(`A host has more than ${MOST_EXTRA} extraports elements.`);
      open.extra.push({ state: given["state"] ?? "", count, named: [], reasons: [] });
    }
  };

  const onPortChild = (open: OpenHost, name: string, given: Attributes): void => {
    if (name === "state" && port !== undefined) {
      if (open.listed.length >= MOST_LISTED) refuse(`A host has more than ${MOST_LISTED} port elements.`);
      open.listed.push({ ...port, state: given["state"] ?? "", reason: given["reason"] ?? "" });
      port = undefined;
    } else if (name === "extrareasons") {
      const extra = open.extra.at(-1);
      if (extra === undefined || extra.reasons.length >= MOST_EXTRA) return;
      const reason = given["reason"] ?? "";
      extra.reasons.push(reason);
      const list = lists(given["ports"] ?? "", transportOf(given["proto"]));
      if (list !== undefined) extra.named.push({ ...list, reason });
    }
  };

  parser.on("opentag", ({ name, attributes }) => {
    passed();
    if (path.length >= DEEPEST) refuse(`The file has elements within elements, more than ${DEEPEST} deep.`);
    path.push(name);
    const [root, group, part, detail] = path;
    if (path.length === 1) {
      if (root !== "nmaprun" || attributes["scanner"] !== "nmap") {
        refuse(
          `This is XML, but not of nmap: it begins with <${printable(name, 40)}${scannerOf(attributes)}>.`,
          "Give nmap's own XML (-oX); of masscan its JSON (-oJ) or list (-oL), of naabu its JSON lines (-json).",
        );
      }
      scan.root = attributes;
    } else if (group === "scaninfo" && path.length === 2) onScaninfo(attributes);
    else if (group === "host") {
      if (path.length === 2) host = newHost(attributes);
      else if (host === undefined) return;
      else if (path.length === 3) onHostChild(host, name, attributes);
      else if (part === "ports" && path.length === 4) onPortsChild(host, name, attributes);
      else if (part === "ports" && (detail === "port" || detail === "extraports") && path.length === 5) {
        onPortChild(host, name, attributes);
      }
    } else if (group === "runstats" && part === "finished" && path.length === 3) scan.finished = attributes;
    else if (group === "runstats" && part === "hosts" && path.length === 3) {
      // Without -v, nmap lists no host that is down.
      scan.runDown = /^\d{1,9}$/.test(attributes["down"] ?? "") ? Number(attributes["down"]) : 0;
    }
  });

  parser.on("closetag", () => {
    passed();
    path.pop();
    if (path.length === 3) port = undefined;
    // Elements still open at the end of the file were not closed by nmap.
    if (path.length !== 1 || host === undefined || isEnding) return;
    const done = host;
    host = undefined;
    if (done.isDown) hosts.down += 1;
    else if (done.hasTimedOut) hosts.givenUp += 1;
    else if (!done.hasPorts) hosts.notScanned += 1;
    else if (done.address === undefined) sink.leaveOut("unreadable");
    else sink.host({ address: done.address, from: done.from, to: done.to, ...settleHost(done, scanned) });
  });

  return {
    write(text) {
      for (let at = 0; at < text.length; at += SLICE) {
        parser.write(text.slice(at, at + SLICE));
        if (parser.position - lastToken > LONGEST_TOKEN) {
          refuse(`A tag or text of the file is longer than ${LONGEST_TOKEN} characters.`);
        }
      }
    },
    end() {
      isEnding = true;
      parser.close();
      const { root, finished } = scan;
      if (root === undefined) return refuse("The file ends before the scan in it begins.");
      return {
        scanner: "nmap",
        version: root["version"],
        commandLine: root["args"],
        startedAt: instantOfSeconds(root["start"]),
        endedAt: instantOfSeconds(finished?.["time"]),
        hostsDown: Math.max(hosts.down, scan.runDown) + hosts.givenUp,
        hostsNotScanned: hosts.notScanned,
        incomplete: whyIncomplete(finished, cutOff),
      } satisfies ScanFacts;
    },
  };
}

function whyIncomplete(finished: Attributes | undefined, cutOff: string | undefined): string | undefined {
  if (finished === undefined) return cutOff ?? "nmap did not say that it finished";
  // nmap.dtd: `exit` is optional. Zenmap does not write it, nor did nmap before it knew how to fail.
  if (finished["errormsg"] !== undefined) return `nmap ended with an error: ${printable(finished["errormsg"], 200)}`;
  if ((finished["exit"] ?? "success") !== "success") return "nmap ended with an error, which the file does not name";
  return cutOff;
}

function newHost(given: Attributes): OpenHost {
  return {
    from: instantOfSeconds(given["starttime"]),
    to: instantOfSeconds(given["endtime"]),
    hasTimedOut: given["timedout"] === "true",
    isDown: false,
    upReason: "",
    address: undefined,
    hasPorts: false,
    listed: [],
    unheld: { portZero: 0, otherProtocol: 0 },
    extra: [],
  };
}

function transportOf(text: string | undefined): Transport | undefined {
  return TRANSPORTS.find((transport) => transport === text);
}

function scannerOf(given: Attributes): string {
  const scanner = given["scanner"];
  return scanner === undefined ? "" : ` scanner="${printable(scanner, 40)}"`;
}

/** saxes puts line and column in front of its messages. */
function whatOf(error: Error): string {
  return printable(error.message.replace(/^\d+:\d+: /, ""), 200);
}

/** Hosts repeat each other's lists of ports word for word. */
function createListCache(): (text: string, transport: Transport | undefined) => PortList | undefined {
  let known = new Map<string, PortList | undefined>();
  return (text, transport) => {
    const key = `${transport} ${text}`;
    if (known.has(key)) return known.get(key);
    const list = readPortList(text, transport);
    if (known.size >= 256) known = new Map();
    known.set(key, list);
    return list;
  };
}
