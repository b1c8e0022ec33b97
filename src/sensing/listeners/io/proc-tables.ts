import { readFile } from "node:fs/promises";
import { endianness } from "node:os";
import type { BoundSocket } from "../bound-socket.ts";
import { socketsOfTable } from "../socket-table.ts";

const TABLES = [
  ["tcp", "tcp"],
  ["tcp6", "tcp"],
  ["udp", "udp"],
  ["udp6", "udp"],
] as const;

/**
 * The same from /proc/self/net (proc(5)): every connection is a line to read there, and IPV6_V6ONLY is not reported.
 */
export async function readProcTables(proc: string): Promise<BoundSocket[]> {
  const tables = TABLES.map(async ([name, transport]) => {
    const text = await readFile(`${proc}/self/net/${name}`, "utf8").catch(() => "");
    return socketsOfTable(text, transport, endianness() === "LE");
  });
  return (await Promise.all(tables)).flat();
}
