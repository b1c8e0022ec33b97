import { SaxesParser } from "saxes";
import { printable } from "../../platform/documents/index.ts";
import { TRANSPORTS, type Instant, type Transport } from "../../model/index.ts";
import { canonicalAddress, type PortSet } from "../../scope/index.ts";
import { settleHost, type ExtraPorts, type ListedPort, type ScannedPorts } from "./nmap-host.ts";
import { readPort, readPortList } from "./port-list.ts";
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

type Attributes = Readonly<Record<string, string>>;

interface OpenHost {
  from: Instant | undefined;
  to: Instant | undefined;
  isUp: boolean;
  upReason: string;
  address: string | undefined;
  hasPorts: boolean;
  readonly listed: ListedPort[];
  readonly extra: (ExtraPorts & { readonly named: { ports: PortSet; reason: string }[]; readonly reasons: string[] })[];
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
  const scan: { root?: Attributes; finished?: Attributes; down?: number; scaninfos: number; hostsDown: number } = {
    scaninfos: 0,
    hostsDown: 0,
  };
  let scanned: ScannedPorts = { all: NO_PORTS, reliable: new Set(TRANSPORTS) };
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

  parser.on("error", (error) => {
    if (isEnding) cutOff ??= "the file ends in the middle";
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
    if (transport === undefined) return;
    const ports = lists(given["services"] ?? "", transport);
    const reliable = new Set(scanned.reliable);
    if (!RELIABLE_TYPES.has(given["type"] ?? "")) reliable.delete(transport);
    scanned = { all: scanned.all.union(ports ?? NO_PORTS), reliable };
  };

  const onHostChild = (open: OpenHost, name: string, given: Attributes): void => {
    if (name === "status") {
      open.isUp = given["state"] === "up";
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
      const transport = transportOf(given["proto"]);
      const ports = transport === undefined ? undefined : lists(given["ports"] ?? "", transport);
      if (ports !== undefined) extra.named.push({ ports, reason });
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
  });

  parser.on("closetag", () => {
    passed();
    path.pop();
    if (path.length === 3) port = undefined;
    // Elements still open at the end of the file were not closed by nmap.
    if (path.length !== 1 || host === undefined || isEnding) return;
    const done = host;
    host = undefined;
    if (!done.isUp || !done.hasPorts) scan.hostsDown += 1;
    else if (done.address === undefined) sink.unreadable();
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
        hostsDown: scan.hostsDown,
        incomplete: whyIncomplete(finished, cutOff),
      } satisfies ScanFacts;
    },
  };
}

function whyIncomplete(finished: Attributes | undefined, cutOff: string | undefined): string | undefined {
  if (finished === undefined) return cutOff ?? "nmap did not say that it finished";
  if (finished["exit"] !== "success") return `nmap ended with an error: ${printable(finished["errormsg"] ?? "", 200)}`;
  return cutOff;
}

function newHost(given: Attributes): OpenHost {
  return {
    from: instantOfSeconds(given["starttime"]),
    // A host that nmap gave up on (timedout) has no ports element, and so no coverage.
    to: instantOfSeconds(given["endtime"]),
    isUp: false,
    upReason: "",
    address: undefined,
    hasPorts: false,
    listed: [],
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
function createListCache(): (text: string, transport: Transport) => PortSet | undefined {
  let known = new Map<string, PortSet | undefined>();
  return (text, transport) => {
    const key = `${transport} ${text}`;
    if (known.has(key)) return known.get(key);
    const ports = readPortList(text, transport);
    if (known.size >= 256) known = new Map();
    known.set(key, ports);
    return ports;
  };
}
