import { parseInstant, type EndpointState, type Instant, type Transport } from "../../model/index.ts";
import { canonicalAddress } from "../../scope/index.ts";
import { createJsonRecords, readRecord } from "./json-records.ts";
import { readPort } from "./port-list.ts";
import { instantOfSeconds, unreadableScan, type ScanFacts, type ScanReader, type ScanSink } from "./scan-reader.ts";

type JsonScanner = "masscan" | "naabu";
type Json = Readonly<Record<string, unknown>>;

/** masscan up to 1.0.4 ends its JSON with this, which is not JSON. */
const FINISHED = /^\{\s*"?finished"?\s*:\s*1\s*\}$/;
/** Ports in one record; masscan writes one, or the banners of one. */
const MOST_PORTS = 65_536;

/**
 * Reads masscan's JSON (`-oJ`) and naabu's JSON lines (`-json`). Both list the endpoints that answered and not those
 * that were probed, so they cover only the endpoints they list.
 *
 * @param expected the scanner, when it is known; else the first record tells
 */
export function createJsonReader(sink: ScanSink, expected: JsonScanner | undefined): ScanReader {
  let scanner = expected;
  let isFinished = false;

  const records = createJsonRecords((text, line) => {
    if (FINISHED.test(text)) {
      isFinished = true;
      return;
    }
    const record = readRecord(text, line);
    const written = Array.isArray(record["ports"]) ? "masscan" : "port" in record ? "naabu" : undefined;
    if (written === undefined) {
      sink.unreadable();
      return;
    }
    scanner ??= written;
    if (written !== scanner) {
      throw unreadableScan(
        `A record of the file is not of ${scanner}, but of ${written}.`,
        "Say the right --format, and give files of two scanners one by one.",
        `${line}`,
      );
    }
    if (written === "masscan") readMasscan(record, sink);
    else readNaabu(record, sink);
  });

  return {
    write: (text) => records.write(text),
    end() {
      const ending = records.end();
      if (scanner === undefined) throw nothingInIt();
      return {
        scanner,
        hostsDown: 0,
        incomplete: whyIncomplete(ending, scanner, isFinished),
      } satisfies ScanFacts;
    },
  };
}

export function nothingInIt(): Error {
  return unreadableScan(
    "The file contains no observation, and so no time of a scan.",
    "An empty file of masscan or naabu shows nothing; nmap -oX also states what it scanned without result.",
  );
}

function whyIncomplete(
  ending: "closed" | "open" | "cut",
  scanner: JsonScanner,
  isFinished: boolean,
): string | undefined {
  if (ending === "cut") return "the file ends in the middle of a record";
  // JSON lines have no end: a naabu file never shows whether it is complete.
  if (scanner === "naabu" || ending === "closed" || isFinished) return undefined;
  return "the file has no closing bracket, so masscan may not have finished";
}

/** `{"ip": "10.0.0.1", "timestamp": "1700000000", "ports": [{"port": 80, "proto": "tcp", "status": "open"}]}` */
function readMasscan(record: Json, sink: ScanSink): void {
  const address = addressIn(record["ip"]);
  const at = instantOfSeconds(String(record["timestamp"]));
  const ports = record["ports"] as readonly unknown[];
  if (ports.length > MOST_PORTS) {
    throw unreadableScan(
      `A record of the file has more than ${MOST_PORTS} ports.`,
      "Give the file as masscan wrote it.",
    );
  }
  for (const each of ports) {
    const seen = (typeof each === "object" && each !== null ? each : {}) as Json;
    // A banner of a port that another record calls open: no observation of its own.
    if (seen["status"] === undefined && seen["service"] !== undefined) continue;
    put(sink, { address, at, port: seen["port"], transport: seen["proto"], state: seen["status"] });
  }
}

/** `{"ip": "10.0.0.1", "timestamp": "2026-03-14T09:00:00.1Z", "port": 80, "protocol": "tcp"}`, all of it open. */
function readNaabu(record: Json, sink: ScanSink): void {
  const time = record["timestamp"];
  // naabu 2.0 wrote the port as an object, and only TCP.
  const nested = record["port"];
  const port = typeof nested === "object" && nested !== null ? (nested as Json)["Port"] : nested;
  put(sink, {
    address: addressIn(record["ip"]) ?? addressIn(record["host"]),
    at: typeof time === "string" && time.length <= 64 ? parseInstant(time) : undefined,
    port,
    transport: record["protocol"] ?? "tcp",
    state: "open",
  });
}

/** masscan calls an answer `open` or `closed`; it has no other words for one. */
export function put(
  sink: ScanSink,
  seen: {
    readonly address: string | undefined;
    readonly at: Instant | undefined;
    readonly port: unknown;
    readonly transport: unknown;
    readonly state: unknown;
  },
): void {
  const { address, at, transport, state } = seen;
  const port = readPort(seen.port);
  if (address === undefined || at === undefined || port === undefined || !isTransport(transport) || !isAnswer(state)) {
    sink.unreadable();
  } else sink.point({ endpoint: { address, transport, port }, state, at });
}

function addressIn(value: unknown): string | undefined {
  return typeof value === "string" ? canonicalAddress(value) : undefined;
}

function isTransport(value: unknown): value is Transport {
  return value === "tcp" || value === "udp";
}

function isAnswer(value: unknown): value is Extract<EndpointState, "open" | "closed"> {
  return value === "open" || value === "closed";
}
