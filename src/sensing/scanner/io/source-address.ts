import { createSocket } from "node:dgram";
import type { Duration } from "../../../model/index.ts";
import type { Libc } from "./libc.ts";
import { SOCK_CLOEXEC, SOCK_DGRAM } from "./linux-abi.ts";
import type { SocketAddress } from "./sockaddr.ts";

/**
 * Whether this machine has an address to send to `remote` from. Connecting a datagram socket sends nothing and chooses the
 * source address as a TCP connection would. Its ports are not those of TCP, and their want has another code (EAGAIN), so
 * EADDRNOTAVAIL is about the address.
 */
export function hasSourceFor(libc: Libc, { family, bytes }: SocketAddress): boolean {
  const fd = libc.socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return true;
  const connected = libc.connect(fd, bytes, bytes.length) === 0;
  const isAddressMissing = !connected && libc.errno() === libc.errorNumbers["EADDRNOTAVAIL"];
  libc.close(fd);
  return !isAddressMissing;
}

/** All ports of an address share one answer for this long, since node:dgram takes a descriptor and a turn of the loop. */
const KEPT_FOR: Duration = 1_000;

/** The same through node:dgram, which answers later. */
export function createSourceCheck(): (address: string) => Promise<boolean> {
  const kept = new Map<string, { readonly answer: Promise<boolean>; readonly until: number }>();
  return (address) => {
    const now = performance.now();
    const known = kept.get(address);
    if (known !== undefined && known.until > now) return known.answer;
    const answer = connectsDatagrams(address);
    kept.set(address, { answer, until: now + KEPT_FOR });
    return answer;
  };
}

function connectsDatagrams(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    const answer = (error?: NodeJS.ErrnoException | null): void => {
      resolve(error?.code !== "EADDRNOTAVAIL");
      socket.close();
    };
    socket.once("error", answer);
    // The discard port; no datagram is sent.
    socket.connect(9, address, answer);
  });
}
