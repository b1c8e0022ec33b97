import { checksumOf, sum16 } from "./checksum.ts";
import {
  type EthernetEnds,
  ETHERNET_HEADER,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV6,
  IPV6_HEADER,
  PROTOCOL_ICMPV6,
  read16,
  write16,
  writeEthernet,
  writeIp,
} from "./frame.ts";

/** A neighbour's announcement of itself. */
export interface NeighbourAnswer {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  /** 6 bytes. */
  readonly hardware: Uint8Array;
}

const BROADCAST = new Uint8Array(6).fill(0xff);
const ARP_LENGTH = 28;
const SOLICITATION_LENGTH = 32;
/** Neighbour discovery is believed from the same link alone (RFC 4861, section 7.1). */
const HOPS_ON_LINK = 255;
const NEIGHBOUR_SOLICITATION = 135;
const NEIGHBOUR_ADVERTISEMENT = 136;
const OPTION_SOURCE_HARDWARE = 1;
const OPTION_TARGET_HARDWARE = 2;

/** The query for the owner of `address`: ARP (RFC 826) for IPv4, a neighbour solicitation (RFC 4861) for IPv6. */
export function whoHas(from: Uint8Array, source: Uint8Array, address: Uint8Array): Uint8Array {
  return address.length === 4 ? arpRequest(from, source, address) : solicitation(from, source, address);
}

function arpRequest(from: Uint8Array, source: Uint8Array, address: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(ETHERNET_HEADER + ARP_LENGTH);
  writeEthernet(bytes, { from, to: BROADCAST }, ETHERTYPE_ARP);
  bytes.set([0, 1, 0x08, 0x00, 6, 4, 0, 1], ETHERNET_HEADER);
  bytes.set(from, ETHERNET_HEADER + 8);
  bytes.set(source, ETHERNET_HEADER + 14);
  bytes.set(address, ETHERNET_HEADER + 24);
  return bytes;
}

function solicitation(from: Uint8Array, source: Uint8Array, address: Uint8Array): Uint8Array {
  // The solicited-node multicast address (RFC 4291, section 2.7.1) and its group on Ethernet (RFC 2464, section 7).
  const group = Uint8Array.of(0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, ...address.subarray(13));
  const ends: EthernetEnds = { from, to: Uint8Array.of(0x33, 0x33, ...group.subarray(12)) };
  const bytes = new Uint8Array(ETHERNET_HEADER + IPV6_HEADER + SOLICITATION_LENGTH);
  writeEthernet(bytes, ends, ETHERTYPE_IPV6);
  const header = { source, destination: group, protocol: PROTOCOL_ICMPV6, length: SOLICITATION_LENGTH };
  const at = writeIp(bytes, { ...header, hops: HOPS_ON_LINK });
  bytes[at] = NEIGHBOUR_SOLICITATION;
  bytes.set(address, at + 8);
  bytes.set([OPTION_SOURCE_HARDWARE, 1, ...from], at + 24);
  const pseudo = sum16(group, 0, 16, sum16(source, 0, 16)) + PROTOCOL_ICMPV6 + SOLICITATION_LENGTH;
  write16(bytes, at + 2, checksumOf(sum16(bytes, at, bytes.length, pseudo)));
  return bytes;
}

/** An ARP reply or a neighbour advertisement in `bytes` from `at` up to `end`; undefined for everything else. */
export function readNeighbour(bytes: Uint8Array, at: number, end: number): NeighbourAnswer | undefined {
  const payload = at + ETHERNET_HEADER;
  if (end < payload) return undefined;
  switch (read16(bytes, at + 12)) {
    case ETHERTYPE_ARP:
      return readArp(bytes, payload, end);
    case ETHERTYPE_IPV6:
      return readAdvertisement(bytes, payload, end);
    default:
      return undefined;
  }
}

function readArp(bytes: Uint8Array, arp: number, end: number): NeighbourAnswer | undefined {
  if (end - arp < ARP_LENGTH) return undefined;
  const ethernetForIpv4 =
    read16(bytes, arp) === 1 && read16(bytes, arp + 2) === 0x0800 && read16(bytes, arp + 4) === 0x0604;
  if (!ethernetForIpv4 || read16(bytes, arp + 6) !== 2) return undefined;
  return { address: bytes.slice(arp + 14, arp + 18), hardware: bytes.slice(arp + 8, arp + 14) };
}

function readAdvertisement(bytes: Uint8Array, ip: number, frameEnd: number): NeighbourAnswer | undefined {
  if (frameEnd - ip < IPV6_HEADER || (bytes[ip] ?? 0) >>> 4 !== 6) return undefined;
  if (bytes[ip + 6] !== PROTOCOL_ICMPV6 || bytes[ip + 7] !== HOPS_ON_LINK) return undefined;
  const icmp = ip + IPV6_HEADER;
  const end = Math.min(frameEnd, icmp + read16(bytes, ip + 4));
  if (end - icmp < 24 || bytes[icmp] !== NEIGHBOUR_ADVERTISEMENT || bytes[icmp + 1] !== 0) return undefined;
  for (let option = icmp + 24; end - option >= 8;) {
    const length = (bytes[option + 1] ?? 0) * 8;
    if (length === 0) return undefined;
    if (bytes[option] === OPTION_TARGET_HARDWARE) {
      return { address: bytes.slice(icmp + 8, icmp + 24), hardware: bytes.slice(option + 2, option + 8) };
    }
    option += length;
  }
  return undefined;
}
