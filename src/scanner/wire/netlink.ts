/**
 * rtnetlink(7) as far as finding the way to an address needs it: questions for one route, one neighbour, one link.
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

const HEADER = 16;
const NLMSG_ERROR = 2;
const NLM_F_REQUEST = 1;
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

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export interface NetlinkMessage {
  readonly type: number;
  readonly sequence: number;
  readonly body: Uint8Array;
}

export interface RouteAnswer {
  readonly type: number;
  readonly link: number;
  /** Next hop; absent: the destination itself. */
  readonly gateway?: Uint8Array;
  readonly source?: Uint8Array;
}

const familyOf = (address: Uint8Array): number => (address.length === 4 ? AF_INET : AF_INET6);

function message(type: number, sequence: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, LITTLE);
  view.setUint16(4, type, LITTLE);
  view.setUint16(6, NLM_F_REQUEST, LITTLE);
  view.setUint32(8, sequence, LITTLE);
  bytes.set(body, HEADER);
  return bytes;
}

function withAttribute(fixed: Uint8Array, type: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(fixed.length + 4 + value.length);
  const view = new DataView(bytes.buffer);
  bytes.set(fixed);
  view.setUint16(fixed.length, 4 + value.length, LITTLE);
  view.setUint16(fixed.length + 2, type, LITTLE);
  bytes.set(value, fixed.length + 4);
  return bytes;
}

export function askRoute(sequence: number, destination: Uint8Array): Uint8Array {
  const route = new Uint8Array(12);
  route[0] = familyOf(destination);
  route[1] = destination.length * 8;
  return message(RTM_GETROUTE, sequence, withAttribute(route, RTA_DST, destination));
}

export function askNeighbour(sequence: number, link: number, address: Uint8Array): Uint8Array {
  const neighbour = new Uint8Array(12);
  neighbour[0] = familyOf(address);
  new DataView(neighbour.buffer).setInt32(4, link, LITTLE);
  return message(RTM_GETNEIGH, sequence, withAttribute(neighbour, NDA_DST, address));
}

export function askLink(sequence: number, link: number): Uint8Array {
  const info = new Uint8Array(16);
  new DataView(info.buffer).setInt32(4, link, LITTLE);
  return message(RTM_GETLINK, sequence, info);
}

/** The first message of what was received; undefined when it is cut off. */
export function readMessage(bytes: Uint8Array): NetlinkMessage | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(0, LITTLE);
  if (length < HEADER || length > bytes.length) return undefined;
  return {
    type: view.getUint16(4, LITTLE),
    sequence: view.getUint32(8, LITTLE),
    body: bytes.subarray(HEADER, length),
  };
}

/** Number of the error that a message carries; undefined for another message, 0 for an acknowledgement. */
export function errorOf({ type, body }: NetlinkMessage): number | undefined {
  if (type !== NLMSG_ERROR || body.length < 4) return undefined;
  return -new DataView(body.buffer, body.byteOffset, 4).getInt32(0, LITTLE);
}

/** Attributes from `from` on by their type, as far as they are whole. */
function attributes(body: Uint8Array, from: number): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let at = from; at + 4 <= body.length;) {
    const length = view.getUint16(at, LITTLE);
    if (length < 4 || at + length > body.length) break;
    found.set(view.getUint16(at + 2, LITTLE) & 0x3fff, body.slice(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return found;
}

export function readRoute({ type, body }: NetlinkMessage): RouteAnswer | undefined {
  if (type !== RTM_NEWROUTE || body.length < 12) return undefined;
  const found = attributes(body, 12);
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
  const hardware = attributes(body, 12).get(NDA_LLADDR);
  return (state & NUD_USABLE) !== 0 && hardware?.length === 6 ? hardware : undefined;
}

/** The hardware address of an Ethernet; undefined for every other kind of link. */
export function readEthernetLink({ type, body }: NetlinkMessage): Uint8Array | undefined {
  if (type !== RTM_NEWLINK || body.length < 16) return undefined;
  if (new DataView(body.buffer, body.byteOffset).getUint16(2, LITTLE) !== ARPHRD_ETHER) return undefined;
  const hardware = attributes(body, 16).get(IFLA_ADDRESS);
  return hardware?.length === 6 ? hardware : undefined;
}
