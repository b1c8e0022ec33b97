import type { Transport } from "../../model/index.ts";
import { canonicalAddress } from "../../scope/index.ts";
import type { BoundSocket } from "./bound-socket.ts";

/** Listening, and for UDP bound without being connected, as proc_net_tcp writes states. */
const STATE: Readonly<Record<Transport, string>> = { tcp: "0A", udp: "07" };

/**
 * The sockets in wait of a /proc/net/tcp{,6} or udp{,6} table (proc_net_tcp in the kernel's documentation): addresses
 * are hex words in the machine's byte order, ports plain hex. Other lines are skipped.
 */
export function socketsOfTable(table: string, transport: Transport, littleEndian: boolean): BoundSocket[] {
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , uid = "", , inode = ""] = line.trim().split(/\s+/);
    if (state !== STATE[transport]) return [];
    const [, words = "", hex = ""] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local) ?? [];
    const address = canonicalAddress(addressText(words, littleEndian));
    const port = Number.parseInt(hex, 16);
    if (address === undefined || !(port > 0) || !/^\d+$/.test(inode)) return [];
    return [{ transport, address, port, uid: Number(uid), inode: Number(inode) }];
  });
}

function addressText(words: string, littleEndian: boolean): string {
  const bytes = Buffer.from(words, "hex");
  if (littleEndian) bytes.swap32();
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  return groups.join(":");
}
