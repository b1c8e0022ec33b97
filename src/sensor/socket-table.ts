import { canonicalAddress } from "../scope/index.ts";

/** A listening line of /proc/net/tcp or tcp6. */
export interface ListeningSocket {
  readonly address: string;
  readonly port: number;
  readonly uid: number;
  readonly inode: string;
}

const LISTEN = "0A";

/**
 * The listening sockets of a /proc/net/tcp{,6} table (proc_net_tcp in the kernel's documentation): addresses are hex
 * words in the machine's byte order, ports plain hex. Lines that do not look like it are passed over.
 */
export function listeningSockets(table: string, littleEndian: boolean): ListeningSocket[] {
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , uid = "", , inode = ""] = line.trim().split(/\s+/);
    if (state !== LISTEN) return [];
    const [, words = "", port = ""] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local) ?? [];
    const address = canonicalAddress(addressText(words, littleEndian));
    if (address === undefined || !/^\d+$/.test(inode)) return [];
    return [{ address, port: Number.parseInt(port, 16), uid: Number(uid), inode }];
  });
}

function addressText(words: string, littleEndian: boolean): string {
  const bytes = Buffer.from(words, "hex");
  if (littleEndian) bytes.swap32();
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  return groups.join(":");
}
