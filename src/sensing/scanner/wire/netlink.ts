import {
  attributesOf,
  LITTLE,
  netlinkMessage,
  type NetlinkMessage,
  withAttribute,
} from "../../../platform/netlink/index.ts";

/**
 * rtnetlink(7) as far as finding the path to an address needs it: queries for one route, one neighbour, one link.
 * Numbers are in this machine's byte order, addresses in network order.
 */
export const RTM_NEWLINK = 16;
export const RTM_GETLINK = 18;
export const RTM_NEWROUTE = 24;
export const RTM_GETROUTE = 26;
export const RTM_NEWNEIGH = 28;
export const RTM_GETNEIGH = 30;

/** `struct rtmsg`'s type. */
export const RTN_UNICAST = 1;
export const ARPHRD_ETHER = 1;

const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PREFSRC = 7;
const RTA_VIA = 18;
const IFLA_ADDRESS = 1;
const NDA_DST = 1;
const NDA_LLADDR = 2;
const AF_INET = 2;
const AF_INET6 = 10;
/** Reachable, stale, delayed, being probed, no ARP needed, permanent: in all of these the address is usable. */
const NUD_USABLE = 0x02 | 0x04 | 0x08 | 0x10 | 0x40 | 0x80;

export interface RouteAnswer {
  readonly type: number;
  readonly link: number;
  /** Next hop; absent: the destination itself. */
  readonly gateway?: Uint8Array;
  readonly source?: Uint8Array;
}

const familyOf = (address: Uint8Array): number => (address.length === 4 ? AF_INET : AF_INET6);

export function askRoute(sequence: number, destination: Uint8Array): Uint8Array {
  const route = new Uint8Array(12);
  route[0] = familyOf(destination);
  route[1] = destination.length * 8;
  return netlinkMessage(RTM_GETROUTE, 0, sequence, withAttribute(route, RTA_DST, destination));
}

export function askNeighbour(sequence: number, link: number, address: Uint8Array): Uint8Array {
  const neighbour = new Uint8Array(12);
  neighbour[0] = familyOf(address);
  new DataView(neighbour.buffer).setInt32(4, link, LITTLE);
  return netlinkMessage(RTM_GETNEIGH, 0, sequence, withAttribute(neighbour, NDA_DST, address));
}

export function askLink(sequence: number, link: number): Uint8Array {
  const info = new Uint8Array(16);
  new DataView(info.buffer).setInt32(4, link, LITTLE);
  return netlinkMessage(RTM_GETLINK, 0, sequence, info);
}

export function readRoute({ type, body }: NetlinkMessage): RouteAnswer | undefined {
  if (type !== RTM_NEWROUTE || body.length < 12) return undefined;
  const found = attributesOf(body, 12);
  const link = found.get(RTA_OIF);
  // RTA_VIA, a next hop of another family (RFC 5549), begins with that family.
  const gateway = found.get(RTA_GATEWAY) ?? found.get(RTA_VIA)?.slice(2);
  const source = found.get(RTA_PREFSRC);
  return {
    type: body[7] ?? 0,
    link: link?.length === 4 ? new DataView(link.buffer, link.byteOffset).getInt32(0, LITTLE) : 0,
    ...(gateway?.length === 4 || gateway?.length === 16 ? { gateway } : {}),
    ...(source?.length === 4 || source?.length === 16 ? { source } : {}),
  };
}

/** The hardware address of a neighbour that the kernel holds usable. */
export function readNeighbourEntry({ type, body }: NetlinkMessage): Uint8Array | undefined {
  if (type !== RTM_NEWNEIGH || body.length < 12) return undefined;
  const state = new DataView(body.buffer, body.byteOffset).getUint16(8, LITTLE);
  const hardware = attributesOf(body, 12).get(NDA_LLADDR);
  return (state & NUD_USABLE) !== 0 && hardware?.length === 6 ? hardware : undefined;
}

/** The hardware address of an Ethernet; undefined for every other kind of link. */
export function readEthernetLink({ type, body }: NetlinkMessage): Uint8Array | undefined {
  if (type !== RTM_NEWLINK || body.length < 16) return undefined;
  if (new DataView(body.buffer, body.byteOffset).getUint16(2, LITTLE) !== ARPHRD_ETHER) return undefined;
  const hardware = attributesOf(body, 16).get(IFLA_ADDRESS);
  return hardware?.length === 6 ? hardware : undefined;
}
