/** Places and numbers of the headers on an Ethernet (IEEE 802.3, RFC 791, 8200, 9293, 826, 4443, 4861). */
export const ETHERNET_HEADER = 14;
export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_IPV6 = 0x86dd;
export const IPV4_HEADER = 20;
export const IPV6_HEADER = 40;
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_ICMPV6 = 58;

export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_ACK = 0x10;

/** The two ends of a wire: hardware addresses of 6 bytes. */
export interface EthernetEnds {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

export function writeEthernet(bytes: Uint8Array, { from, to }: EthernetEnds, type: number): void {
  bytes.set(to, 0);
  bytes.set(from, 6);
  write16(bytes, 12, type);
}

export function write16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function read16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Signed, as sequence numbers are kept here: V8 holds those without allocating. */
export function read32(bytes: Uint8Array, at: number): number {
  return (read16(bytes, at) << 16) | read16(bytes, at + 2);
}

/** An IP header without options but for its checksum, which IPv6 has none of. `length` is what follows. */
export function writeIp(
  bytes: Uint8Array,
  header: { source: Uint8Array; destination: Uint8Array; protocol: number; length: number; hops: number },
): number {
  const { source, destination, protocol, length, hops } = header;
  const at = ETHERNET_HEADER;
  if (source.length === 4) {
    bytes[at] = 0x45;
    write16(bytes, at + 2, IPV4_HEADER + length);
    // Don't fragment; with it the identification may be zero (RFC 6864).
    write16(bytes, at + 6, 0x4000);
    bytes[at + 8] = hops;
    bytes[at + 9] = protocol;
    bytes.set(source, at + 12);
    bytes.set(destination, at + 16);
    return at + IPV4_HEADER;
  }
  bytes[at] = 0x60;
  write16(bytes, at + 4, length);
  bytes[at + 6] = protocol;
  bytes[at + 7] = hops;
  bytes.set(source, at + 8);
  bytes.set(destination, at + 24);
  return at + IPV6_HEADER;
}
