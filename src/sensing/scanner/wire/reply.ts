import { CLOSED, FILTERED, OPEN, type ProbeOutcome, UNREACHABLE } from "../probe-outcome.ts";
import {
  ETHERNET_HEADER,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  IPV6_HEADER,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_TCP,
  read16,
  read32,
  TCP_ACK,
  TCP_RST,
  TCP_SYN,
} from "./frame.ts";

/** The meaning of a frame for a probe; the next {@link readReply} overwrites it. */
export interface Reply {
  outcome: ProbeOutcome;
  /** Where in the frame's bytes this machine's address and the probed one are, and how long each is. */
  ownAt: number;
  peerAt: number;
  addressLength: number;
  sourcePort: number;
  port: number;
  /** Of the SYN that is answered, signed. */
  sequence: number;
}

/** Ports and sequence number: what an ICMP error quotes of TCP at least (RFC 792). */
const QUOTED_TCP = 8;

export function emptyReply(): Reply {
  return { outcome: UNREACHABLE, ownAt: 0, peerAt: 0, addressLength: 0, sourcePort: 0, port: 0, sequence: 0 };
}

/**
 * Reads one Ethernet frame in `bytes` from `at` up to `end`; false when it answers no SYN. Nothing outside of these
 * bounds is read, whatever lengths the frame claims. Checksums are not verified: a frame that another virtual machine
 * or namespace hands over has none yet. That the sequence number is ours is for the caller to prove.
 */
export function readReply(bytes: Uint8Array, at: number, end: number, reply: Reply): boolean {
  if (end - at < ETHERNET_HEADER) return false;
  const ip = at + ETHERNET_HEADER;
  switch (read16(bytes, at + 12)) {
    case ETHERTYPE_IPV4:
      return readIpv4(bytes, ip, end, reply);
    case ETHERTYPE_IPV6:
      return readIpv6(bytes, ip, end, reply);
    default:
      return false;
  }
}

/** Length of an IPv4 header that begins at `ip`; 0 when there is none, or a fragment that is not the first. */
function ipv4HeaderLength(bytes: Uint8Array, ip: number, end: number): number {
  if (end - ip < 20) return 0;
  const first = bytes[ip] ?? 0;
  const length = (first & 0x0f) * 4;
  if (first >>> 4 !== 4 || length < 20 || length > end - ip) return 0;
  return (read16(bytes, ip + 6) & 0x1fff) === 0 ? length : 0;
}

function readIpv4(bytes: Uint8Array, ip: number, frameEnd: number, reply: Reply): boolean {
  const header = ipv4HeaderLength(bytes, ip, frameEnd);
  if (header === 0) return false;
  // A short frame is padded to 60 bytes: bytes past the packet's own length belong to nothing.
  const end = Math.min(frameEnd, ip + read16(bytes, ip + 2));
  const payload = ip + header;
  switch (bytes[ip + 9]) {
    case PROTOCOL_TCP:
      return readTcp(bytes, payload, end, ip + 16, ip + 12, 4, reply);
    case PROTOCOL_ICMP: {
      if (end - payload < 8) return false;
      const outcome = outcomeOfIcmp(bytes[payload] ?? 0, bytes[payload + 1] ?? 0);
      const quoted = payload + 8;
      const quotedHeader = outcome === undefined ? 0 : ipv4HeaderLength(bytes, quoted, end);
      if (outcome === undefined || quotedHeader === 0 || bytes[quoted + 9] !== PROTOCOL_TCP) return false;
      return readQuoted(bytes, quoted + quotedHeader, end, quoted + 12, quoted + 16, 4, outcome, reply);
    }
    default:
      return false;
  }
}

function readIpv6(bytes: Uint8Array, ip: number, frameEnd: number, reply: Reply): boolean {
  if (frameEnd - ip < IPV6_HEADER || (bytes[ip] ?? 0) >>> 4 !== 6) return false;
  const payload = ip + IPV6_HEADER;
  const end = Math.min(frameEnd, payload + read16(bytes, ip + 4));
  switch (bytes[ip + 6]) {
    case PROTOCOL_TCP:
      return readTcp(bytes, payload, end, ip + 24, ip + 8, 16, reply);
    case PROTOCOL_ICMPV6: {
      if (end - payload < 8) return false;
      const outcome = outcomeOfIcmpv6(bytes[payload] ?? 0, bytes[payload + 1] ?? 0);
      const quoted = payload + 8;
      if (outcome === undefined || end - quoted < IPV6_HEADER + QUOTED_TCP) return false;
      // Our own SYN has no extension header, so TCP follows at once.
      if ((bytes[quoted] ?? 0) >>> 4 !== 6 || bytes[quoted + 6] !== PROTOCOL_TCP) return false;
      return readQuoted(bytes, quoted + IPV6_HEADER, end, quoted + 8, quoted + 24, 16, outcome, reply);
    }
    default:
      return false;
  }
}

function readTcp(
  bytes: Uint8Array,
  tcp: number,
  end: number,
  ownAt: number,
  peerAt: number,
  addressLength: number,
  reply: Reply,
): boolean {
  if (end - tcp < 20) return false;
  const flags = (bytes[tcp + 13] ?? 0) & (TCP_SYN | TCP_RST | TCP_ACK);
  if (flags === (TCP_SYN | TCP_ACK)) reply.outcome = OPEN;
  else if (flags === (TCP_RST | TCP_ACK)) reply.outcome = CLOSED;
  else return false;
  reply.ownAt = ownAt;
  reply.peerAt = peerAt;
  reply.addressLength = addressLength;
  reply.port = read16(bytes, tcp);
  reply.sourcePort = read16(bytes, tcp + 2);
  reply.sequence = (read32(bytes, tcp + 8) - 1) | 0;
  return true;
}

function readQuoted(
  bytes: Uint8Array,
  tcp: number,
  end: number,
  ownAt: number,
  peerAt: number,
  addressLength: number,
  outcome: ProbeOutcome,
  reply: Reply,
): boolean {
  if (end - tcp < QUOTED_TCP) return false;
  reply.outcome = outcome;
  reply.ownAt = ownAt;
  reply.peerAt = peerAt;
  reply.addressLength = addressLength;
  reply.sourcePort = read16(bytes, tcp);
  reply.port = read16(bytes, tcp + 2);
  reply.sequence = read32(bytes, tcp + 4);
  return true;
}

/**
 * RFC 792, RFC 1812 section 5.2.7.1. A host closes a TCP port with RST; a port or protocol unreachable instead of it is
 * a packet filter's refusal, like the administrative prohibitions.
 */
export function outcomeOfIcmp(type: number, code: number): ProbeOutcome | undefined {
  if (type === 11) return UNREACHABLE;
  if (type !== 3) return undefined;
  switch (code) {
    case 2:
    case 3:
    case 9:
    case 10:
    case 13:
    case 14:
    case 15:
      return FILTERED;
    // Fragmentation needed: a SYN is never fragmented, so this proves nothing about the endpoint.
    case 4:
      return undefined;
    default:
      return UNREACHABLE;
  }
}

/** RFC 4443, sections 3.1 and 3.3; codes 5 and 6 are kinds of prohibition. */
export function outcomeOfIcmpv6(type: number, code: number): ProbeOutcome | undefined {
  if (type === 3) return UNREACHABLE;
  if (type !== 1) return undefined;
  return code === 1 || code === 4 || code === 5 || code === 6 ? FILTERED : UNREACHABLE;
}
