import { put } from "./listed-endpoint.ts";
import { instantOfSeconds, unreadableScan, type ScanSink } from "./scan-reader.ts";
import { objectOf, type Json } from "./json-records.ts";

/** Ports in one record; masscan writes one, or the banners of one. */
const MOST_PORTS = 65_536;

/** `-oJ` wraps an endpoint into a list of ports, `-oD` gives each its own line. */
export type MasscanForm = "array" | "lines";

/** The form of a record of masscan; undefined for a record of another scanner. */
export function masscanForm(record: Json): MasscanForm | undefined {
  if (Array.isArray(record["ports"])) return "array";
  return typeof record["rec_type"] === "string" ? "lines" : undefined;
}

/** Banners are skipped: another record calls their port open. */
export function readMasscan(record: Json, form: MasscanForm, sink: ScanSink): void {
  if (form === "array") readArray(record, sink);
  else if (record["rec_type"] !== "banner") readLine(record, sink);
}

/** `{"ip": "10.0.0.1", "timestamp": "1700000000", "ports": [{"port": 80, "proto": "tcp", "status": "open"}]}` */
function readArray(record: Json, sink: ScanSink): void {
  const ports = record["ports"] as readonly unknown[];
  if (ports.length > MOST_PORTS) {
    throw unreadableScan(
      `A record of the file has more than ${MOST_PORTS} ports.`,
      "Give the file as masscan wrote it.",
    );
  }
  for (const each of ports) {
    const seen = objectOf(each);
    if (seen["status"] === undefined && seen["service"] !== undefined) continue;
    put(sink, { ...ofRecord(record), port: seen["port"], transport: seen["proto"], state: seen["status"] });
  }
}

/** `{"ip":"10.0.0.1","timestamp":"1700000000","port":80,"proto":"tcp","rec_type":"status","data":{"status":"open"}}` */
function readLine(record: Json, sink: ScanSink): void {
  const { port, proto: transport } = record;
  const state = record["rec_type"] === "status" ? objectOf(record["data"])["status"] : undefined;
  put(sink, { ...ofRecord(record), port, transport, state });
}

function ofRecord(record: Json) {
  return { address: record["ip"], at: instantOfSeconds(String(record["timestamp"])) };
}
