import type { Transport } from "../../model/index.ts";
import { attributesOf, LITTLE, NETLINK_HEADER, netlinkMessage, NLM_F_DUMP } from "../../platform/netlink/index.ts";
import { canonicalAddress } from "../../scope/index.ts";
import type { BoundSocket } from "./bound-socket.ts";

/**
 * sock_diag(7) and `linux/inet_diag.h`: the bound sockets of this network namespace, straight from the kernel's tables.
 * A request for the state LISTEN alone walks the small hash of listeners; established connections cost nothing.
 */
export const SOCK_DIAG_BY_FAMILY = 20;

/** One table of the kernel: one transport, one version of IP. */
export interface DiagTable {
  readonly transport: Transport;
  readonly family: number;
  readonly protocol: number;
  /** Bit set of TCP states; a UDP socket that is bound and not connected is in TCP_CLOSE. */
  readonly states: number;
}

const AF_INET = 2;
const AF_INET6 = 10;
const TCP = { transport: "tcp", protocol: 6, states: 1 << 10 } as const;
const UDP = { transport: "udp", protocol: 17, states: 1 << 7 } as const;
export const DIAG_TABLES: readonly DiagTable[] = [
  { ...TCP, family: AF_INET },
  { ...TCP, family: AF_INET6 },
  { ...UDP, family: AF_INET },
  { ...UDP, family: AF_INET6 },
];

/** `struct inet_diag_req_v2`: family, protocol, extensions, padding, states, and a socket id of 48 bytes. */
const REQUEST = 56;

export function askTable({ family, protocol, states }: DiagTable): Uint8Array {
  const request = new Uint8Array(REQUEST);
  request[0] = family;
  request[1] = protocol;
  new DataView(request.buffer).setUint32(4, states, LITTLE);
  return netlinkMessage(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, 0, request);
}

/** `struct inet_diag_msg`: 4 bytes, a socket id of 48, then expiry, two queues, user and inode of 4 each. */
const MESSAGE = 72;
const PORT_AT = 4;
const SOURCE_AT = 8;
const COOKIE_AT = 44;
const USER_AT = 64;
const INODE_AT = 68;
const INET_DIAG_SKV6ONLY = 11;
/** The fields that change while a socket stays the same: timer and retransmissions, then expiry and the two queues. */
const TIMER_AT = 2;
const EXPIRY_AT = 52;

/** Where the answers of a dump end: at a message of type NLMSG_DONE, or broken off by NLMSG_ERROR. */
export type DumpState = "more" | "done" | "broken";

const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;

/**
 * Goes over the messages in `bytes[from, to)` and clears in place the fields that do not identify sockets, so that two
 * dumps of the same sockets are the same bytes. Allocates nothing.
 */
export function settleDump(bytes: Uint8Array, view: DataView, from: number, to: number): DumpState {
  let at = from;
  while (at + NETLINK_HEADER <= to) {
    const length = view.getUint32(at, LITTLE);
    if (length < NETLINK_HEADER || at + length > to) return "broken";
    const type = view.getUint16(at + 4, LITTLE);
    if (type === NLMSG_ERROR) return "broken";
    // Flags, sequence and port of this conversation.
    bytes.fill(0, at + 6, at + NETLINK_HEADER);
    if (type === NLMSG_DONE) return "done";
    if (type === SOCK_DIAG_BY_FAMILY && length >= NETLINK_HEADER + MESSAGE) {
      const body = at + NETLINK_HEADER;
      bytes.fill(0, body + TIMER_AT, body + PORT_AT);
      bytes.fill(0, body + EXPIRY_AT, body + USER_AT);
    }
    at += (length + 3) & ~3;
  }
  return at >= to ? "more" : "broken";
}

/** The sockets in messages that {@link settleDump} has cleared. Skips messages that are not sockets of the table. */
export function socketsIn(bytes: Uint8Array, { transport }: DiagTable): BoundSocket[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: BoundSocket[] = [];
  for (let at = 0; at + NETLINK_HEADER <= bytes.length;) {
    const length = view.getUint32(at, LITTLE);
    if (length < NETLINK_HEADER || at + length > bytes.length) break;
    if (view.getUint16(at + 4, LITTLE) === SOCK_DIAG_BY_FAMILY && length >= NETLINK_HEADER + MESSAGE) {
      const socket = socketIn(bytes.subarray(at + NETLINK_HEADER, at + length), transport);
      if (socket !== undefined) found.push(socket);
    }
    at += (length + 3) & ~3;
  }
  return found;
}

function socketIn(body: Uint8Array, transport: Transport): BoundSocket | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const family = body[0] ?? 0;
  const address = canonicalAddress(addressText(body.subarray(SOURCE_AT, SOURCE_AT + 16), family));
  const port = view.getUint16(PORT_AT);
  if (address === undefined || port === 0) return undefined;
  const only = family === AF_INET6 ? attributesOf(body, MESSAGE).get(INET_DIAG_SKV6ONLY)?.[0] : undefined;
  return {
    transport,
    address,
    port,
    ...(only === undefined ? {} : { ipv6Only: only !== 0 }),
    uid: view.getUint32(USER_AT, LITTLE),
    inode: view.getUint32(INODE_AT, LITTLE),
    cookie: view.getUint32(COOKIE_AT, LITTLE) + view.getUint32(COOKIE_AT + 4, LITTLE) * 2 ** 32,
  };
}

/** In network order; IPv4 is in the first of four words. */
function addressText(bytes: Uint8Array, family: number): string {
  if (family === AF_INET) return bytes.subarray(0, 4).join(".");
  if (family !== AF_INET6) return "";
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return Array.from({ length: 8 }, (_, group) => view.getUint16(group * 2).toString(16)).join(":");
}
