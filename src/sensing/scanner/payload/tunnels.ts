import { bytes, type Payload, sized16, u16, u32, zeros } from "./bytes.ts";

/** IKE_SA_INIT: AES-256, HMAC-SHA-256, group 14, with a key value that is random (RFC 7296, sections 1.2 and 3). */
export const ikeV2: Payload = (random) => {
  const keyLength256 = bytes(u16(0x800e), u16(256));
  const transform = (last: boolean, type: number, id: number, attribute = zeros(0)): Uint8Array =>
    bytes(last ? 0 : 3, 0, u16(8 + attribute.length), type, 0, u16(id), attribute);
  const transforms = bytes(
    transform(false, 1, 12, keyLength256),
    transform(false, 2, 5),
    transform(false, 3, 12),
    transform(true, 4, 14),
  );
  const proposal = bytes(0, 0, u16(8 + transforms.length), 1, 1, 0, 4, transforms);
  const keyValue = bytes(...Array.from({ length: 8 }, () => random));
  const payloads = bytes(generic(KE, proposal), generic(NONCE, bytes(u16(14), u16(0), keyValue)), generic(0, random));
  return isakmp(random, SA_V2, 0x20, 34, 0x08, payloads);
};
const SA_V2 = 33;
const KE = 34;
const NONCE = 40;

/** Main mode with one proposal of two transforms, an old and a current one (RFC 2408, section 3; RFC 2409, appendix A). */
export const ikeV1: Payload = (random) => {
  const attributes = (...pairs: readonly [type: number, value: number][]): Uint8Array =>
    bytes(...pairs.map(([type, value]) => bytes(u16(0x8000 | type), u16(value))));
  const life: [number, number][] = [
    [11, 1],
    [12, 28_800],
  ];
  const transform = (last: boolean, number: number, of: Uint8Array): Uint8Array =>
    bytes(last ? 0 : 3, 0, u16(8 + of.length), number, 1, u16(0), of);
  // Encryption, hash, authentication by shared key, group, key length.
  const aes256 = attributes([1, 7], [14, 256], [2, 4], [3, 1], [4, 14], ...life);
  const tripleDes = attributes([1, 5], [2, 2], [3, 1], [4, 2], ...life);
  const transforms = bytes(transform(false, 1, aes256), transform(true, 2, tripleDes));
  const proposal = bytes(0, 0, u16(8 + transforms.length), 1, 1, 0, 2, transforms);
  const association = bytes(u32(1), u32(1), proposal);
  return isakmp(random, 1, 0x10, 2, 0, generic(0, association));
};

const generic = (next: number, content: Uint8Array): Uint8Array => bytes(next, 0, u16(4 + content.length), content);

/** Header of RFC 2408, section 3.1, and RFC 7296, section 3.1. */
function isakmp(
  random: Uint8Array,
  first: number,
  version: number,
  exchange: number,
  flags: number,
  payloads: Uint8Array,
): Uint8Array {
  const length = 28 + payloads.length;
  return bytes(random.subarray(0, 8), zeros(8), first, version, exchange, flags, u32(0), u32(length), payloads);
}

/** On port 4500 four zeros tell IKE from ESP (RFC 3948, section 2.2). */
export const behindMarker =
  (ike: Payload): Payload =>
  (random) =>
    bytes(zeros(4), ike(random));

/** Start-Control-Connection-Request with the attributes it must have (RFC 2661, sections 3.1, 4 and 6.1). */
export const l2tp: Payload = (random) => {
  const attribute = (type: number, value: Uint8Array): Uint8Array =>
    bytes(u16(0x8000 | (6 + value.length)), u16(0), u16(type), value);
  const attributes = bytes(
    attribute(0, u16(1)),
    attribute(2, u16(0x0100)),
    attribute(3, u32(3)),
    attribute(7, bytes("portolan")),
    attribute(9, bytes(0x40 | (random[0] ?? 0), random[1] ?? 0)),
  );
  return bytes(u16(0xc802), u16(12 + attributes.length), zeros(8), attributes);
};

/**
 * P_CONTROL_HARD_RESET_CLIENT_V2 (openvpn-wire-protocol draft, sections 3 and 4): session, no acknowledgement, packet 0.
 * A server with tls-auth or tls-crypt stays silent.
 */
export const openVpn: Payload = (random) => bytes(7 << 3, random.subarray(0, 8), 0, u32(0));

/** Echo Request (3GPP TS 29.281, sections 5.1 and 7.2.1; TS 29.060, section 7.2.1): GTP-U and GTP-C version 1. */
export const gtpV1: Payload = (random) => bytes(0x32, 1, u16(4), u32(0), random.subarray(0, 2), 0, 0);

/** Echo Request with its recovery counter (3GPP TS 29.274, sections 5.1, 7.1.1 and 8.5): GTP-C version 2. */
export const gtpV2: Payload = (random) => bytes(0x40, 1, sized16(bytes(random.subarray(0, 3), 0, 3, u16(1), 0, 0)));
