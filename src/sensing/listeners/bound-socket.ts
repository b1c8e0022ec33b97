import type { Transport } from "../../model/index.ts";

/** A socket that waits for others to speak to it: a listening TCP socket, or a bound UDP socket that is not connected. */
export interface BoundSocket {
  readonly transport: Transport;
  /** Canonical; `0.0.0.0` and `::` mean any address of the machine. */
  readonly address: string;
  readonly port: number;
  /** Of an IPv6 socket: whether it leaves IPv4 alone (IPV6_V6ONLY); absent where the system does not tell. */
  readonly ipv6Only?: boolean;
  readonly uid?: number;
  /** Of the socket; 0 for one that no process holds. */
  readonly inode?: number;
  /** Identifies this socket to the kernel, even against a later one at the same place. */
  readonly cookie?: number;
  /** Where the system names the owner along with the socket. */
  readonly pid?: number;
  readonly process?: string;
  readonly executable?: string;
  readonly user?: string;
}

/** Where a socket is bound; two that share it by SO_REUSEPORT are one. */
export function bindingKey({ transport, address, port, ipv6Only }: BoundSocket): string {
  return `${transport} ${address} ${port}${ipv6Only === true ? " v6only" : ""}`;
}
