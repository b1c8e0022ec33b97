import { checksumOf, sum16 } from "./checksum.ts";
import {
  type EthernetEnds,
  ETHERNET_HEADER,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  IPV4_HEADER,
  PROTOCOL_TCP,
  TCP_SYN,
  write16,
  writeEthernet,
  writeIp,
} from "./frame.ts";

/** A SYN to one address with everything in it but ports, sequence number and TCP checksum. */
export interface SynTemplate {
  readonly bytes: Uint8Array;
  readonly tcpAt: number;
  /** Sum of the pseudo header and of the part that is the same in every SYN. */
  readonly sum: number;
}

/** Header and one option. Some filters drop a SYN that names no maximum segment size, as no system sends such. */
const TCP_LENGTH = 24;
const HOPS = 64;
const WINDOW = 64_240;
/** For an MTU of 1500; over IPv6 the header is 20 bytes longer (RFC 9293, section 3.7.1). */
const MSS_IPV4 = 1_460;
const MSS_IPV6 = 1_440;

export function synTemplate(ends: EthernetEnds, source: Uint8Array, destination: Uint8Array): SynTemplate {
  const v4 = source.length === 4;
  const bytes = new Uint8Array(ETHERNET_HEADER + (v4 ? IPV4_HEADER : 40) + TCP_LENGTH);
  writeEthernet(bytes, ends, v4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
  const tcpAt = writeIp(bytes, { source, destination, protocol: PROTOCOL_TCP, length: TCP_LENGTH, hops: HOPS });
  if (v4) write16(bytes, ETHERNET_HEADER + 10, checksumOf(sum16(bytes, ETHERNET_HEADER, tcpAt)));
  bytes[tcpAt + 12] = (TCP_LENGTH / 4) << 4;
  bytes[tcpAt + 13] = TCP_SYN;
  write16(bytes, tcpAt + 14, WINDOW);
  bytes.set([2, 4], tcpAt + 20);
  write16(bytes, tcpAt + 22, v4 ? MSS_IPV4 : MSS_IPV6);
  const pseudo = sum16(destination, 0, destination.length, sum16(source, 0, source.length)) + PROTOCOL_TCP + TCP_LENGTH;
  return { bytes, tcpAt, sum: sum16(bytes, tcpAt, bytes.length, pseudo) };
}

/** Writes a whole frame into `target` at `at`. `sequence` is taken as 32 bits, signed or not. */
export function writeSyn(
  target: Uint8Array,
  at: number,
  template: SynTemplate,
  sourcePort: number,
  port: number,
  sequence: number,
): void {
  target.set(template.bytes, at);
  const tcp = at + template.tcpAt;
  const high = sequence >>> 16;
  const low = sequence & 0xffff;
  write16(target, tcp, sourcePort);
  write16(target, tcp + 2, port);
  write16(target, tcp + 4, high);
  write16(target, tcp + 6, low);
  write16(target, tcp + 16, checksumOf(template.sum + sourcePort + port + high + low));
}
