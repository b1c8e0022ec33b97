import ipaddr from "ipaddr.js";
import { AF_INET, AF_INET6 } from "./linux-abi.ts";

/**
 * A `struct sockaddr_in` (16 bytes) or `sockaddr_in6` (28 bytes, RFC 3493 section 3.3) that is written over and
 * over: the kernel copies it on each call. Family in host order, port and address in network order.
 */
export interface SocketAddress {
  readonly family: number;
  readonly bytes: Uint8Array;
  /** Offset and length of the address in `bytes`. */
  readonly addressAt: number;
  readonly addressLength: number;
}

function socketAddress(family: number, size: number, addressAt: number, addressLength: number): SocketAddress {
  const bytes = new Uint8Array(size);
  new Uint16Array(bytes.buffer, 0, 1)[0] = family;
  return { family, bytes, addressAt, addressLength };
}

export const ipv4SocketAddress = (): SocketAddress => socketAddress(AF_INET, 16, 4, 4);
export const ipv6SocketAddress = (): SocketAddress => socketAddress(AF_INET6, 28, 8, 16);

/** Network-order bytes of a canonical address: 4 or 16 of them. Throws for text that is not an address. */
export function addressBytes(address: string): Uint8Array {
  return Uint8Array.from(ipaddr.parse(address).toByteArray());
}

export function writePort(target: SocketAddress, port: number): void {
  target.bytes[2] = port >>> 8;
  target.bytes[3] = port & 0xff;
}

/** Whether two socket addresses of one family name the same address and port. */
export function sameEnd(a: SocketAddress, b: SocketAddress): boolean {
  if (a.bytes[2] !== b.bytes[2] || a.bytes[3] !== b.bytes[3]) return false;
  for (let i = a.addressAt; i < a.addressAt + a.addressLength; i++) if (a.bytes[i] !== b.bytes[i]) return false;
  return true;
}
