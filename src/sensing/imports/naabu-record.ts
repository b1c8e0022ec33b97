import { parseInstant } from "../../model/index.ts";
import { objectOf, type Json } from "./json-records.ts";
import { put } from "./listed-endpoint.ts";
import { unreadableScan, type ScanSink } from "./scan-reader.ts";

/** `Protocol` of naabu 2.1.2 to 2.1.6, by its number in the source (v2/pkg/protocol/protocol.go). */
const PROTOCOLS: readonly unknown[] = ["tcp", "udp", "arp"];

/**
 * Reads a record of naabu (`-json`), which lists open ports alone. Its versions write the port in three ways:
 *
 * - 2.0.9 to 2.1.1: `"port": 80`. They scan TCP only.
 * - 2.1.2 to 2.1.6: `"port": {"Port": 80, "Protocol": 0, "TLS": false}`.
 * - from 2.1.7: `"port": 80, "protocol": "tcp", "tls": false`.
 *
 * Versions before 2.0.9 write no time.
 *
 * @throws Fault `config-invalid` for a port that is written in another way: its protocol would be a guess
 */
export function readNaabu(record: Json, line: number, sink: ScanSink): void {
  const time = record["timestamp"];
  put(sink, {
    address: record["ip"] ?? record["host"],
    at: typeof time === "string" && time.length <= 64 ? parseInstant(time) : undefined,
    ...portOf(record, line),
    state: "open",
  });
}

function portOf(record: Json, line: number): { readonly port: unknown; readonly transport: unknown } {
  const { port, protocol } = record;
  if (typeof port !== "object") {
    if (protocol === undefined) return { port, transport: "tcp" };
    if (typeof protocol === "string") return { port, transport: protocol };
  } else if (protocol === undefined) {
    const { Port: number, Protocol: written } = objectOf(port);
    const transport = typeof written === "number" ? PROTOCOLS[written] : PROTOCOLS.find((name) => name === written);
    if (typeof number === "number" && transport !== undefined) return { port: number, transport };
  }
  throw unreadableScan(
    "This record writes its port as no known version of naabu does, so its protocol would be a guess.",
    "Scan again with a current naabu, and give the file as naabu -json wrote it.",
    `${line}`,
  );
}
