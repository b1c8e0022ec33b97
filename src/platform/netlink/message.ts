/** Messages of netlink(7): a header, a fixed part, attributes. Numbers are in this machine's byte order. */
export const NETLINK_HEADER = 16;
export const NLMSG_ERROR = 2;
/** The end of a dump. */
export const NLMSG_DONE = 3;
export const NLM_F_REQUEST = 1;
/** NLM_F_ROOT and NLM_F_MATCH: everything that fits, in as many messages as it takes. */
export const NLM_F_DUMP = 0x300;

export const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export interface NetlinkMessage {
  readonly type: number;
  readonly sequence: number;
  readonly body: Uint8Array;
}

export function netlinkMessage(type: number, flags: number, sequence: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(NETLINK_HEADER + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, LITTLE);
  view.setUint16(4, type, LITTLE);
  view.setUint16(6, NLM_F_REQUEST | flags, LITTLE);
  view.setUint32(8, sequence, LITTLE);
  bytes.set(body, NETLINK_HEADER);
  return bytes;
}

export function withAttribute(fixed: Uint8Array, type: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(fixed.length + 4 + value.length);
  const view = new DataView(bytes.buffer);
  bytes.set(fixed);
  view.setUint16(fixed.length, 4 + value.length, LITTLE);
  view.setUint16(fixed.length + 2, type, LITTLE);
  bytes.set(value, fixed.length + 4);
  return bytes;
}

/** The first message in the received bytes; undefined if it is cut off. */
export function readMessage(bytes: Uint8Array): NetlinkMessage | undefined {
  if (bytes.length < NETLINK_HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(0, LITTLE);
  if (length < NETLINK_HEADER || length > bytes.length) return undefined;
  return {
    type: view.getUint16(4, LITTLE),
    sequence: view.getUint32(8, LITTLE),
    body: bytes.subarray(NETLINK_HEADER, length),
  };
}

/** Number of the error that a message carries; undefined for another message, 0 for an acknowledgement. */
export function errorOf({ type, body }: NetlinkMessage): number | undefined {
  if (type !== NLMSG_ERROR || body.length < 4) return undefined;
  return -new DataView(body.buffer, body.byteOffset, 4).getInt32(0, LITTLE);
}

/** Attributes from `from` on by their type, as far as they are whole. */
export function attributesOf(body: Uint8Array, from: number): Map<number, Uint8Array> {
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
