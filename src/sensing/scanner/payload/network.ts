import { bytes, type Payload, sized16, u16, u32, zeros } from "./bytes.ts";

/** Client request of version 4 that tells nothing but a random transmit time (RFC 5905, section 7.3; RFC 9109). */
export const ntp: Payload = (random) => bytes(0x23, zeros(39), random.subarray(0, 8));

/** Request for one network that is documentation's: what comes back has the length of the question (RFC 2453, section 3.9.1). */
export const rip: Payload = () =>
  bytes(1, 2, u16(0), u16(2), u16(0), Uint8Array.of(192, 0, 2, 0), Uint8Array.of(255, 255, 255, 0), u32(0), u32(16));

/** Request for the external address (RFC 6886, section 3.2). */
export const natPmp: Payload = () => bytes(0, 0);

/** Empty confirmable message, answered by a reset: CoAP's ping (RFC 7252, section 4.3). */
export const coap: Payload = (random) => bytes(0x40, 0, random.subarray(0, 2));

/** ReadProperty of the device's object identifier, device by wildcard (ASHRAE 135, clauses 15.5 and 20; annex J.2). */
export const bacnet: Payload = (random) => {
  const unicast = Uint8Array.of(0x81, 0x0a);
  const expectsReply = Uint8Array.of(0x01, 0x04);
  const readProperty = Uint8Array.of(0, 0x05, random[0] ?? 0, 0x0c);
  const anyDevice = Uint8Array.of(0x0c, 0x02, 0x3f, 0xff, 0xff);
  const objectIdentifier = Uint8Array.of(0x19, 75);
  const rest = bytes(expectsReply, readProperty, anyDevice, objectIdentifier);
  return bytes(unicast, u16(4 + rest.length), rest);
};

/**
 * A long header of a version that is reserved to be unknown, at the least size a first datagram may have: the answer is
 * a Version Negotiation packet, shorter than the question (RFC 8999, section 5.1; RFC 9000, sections 6.1, 14.1 and 15).
 */
export const quic: Payload = (random) => {
  const header = bytes(0xc0, u32(0x1a2a_3a4a), 8, random.subarray(0, 8), 8, random.subarray(8, 16));
  return bytes(header, zeros(1_200 - header.length));
};

/**
 * ClientHello of DTLS 1.2 without a cookie: the answer is a HelloVerifyRequest, shorter than the question, or an alert
 * (RFC 6347, sections 4.1, 4.2.1 and 4.2.2; RFC 5246, section 7.4.1.2).
 */
export const dtls: Payload = (random) => {
  const suites = [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xc023, 0xc027, 0x009c, 0x002f, 0xc0ae, 0xc0a8, 0x00ff];
  const extension = (type: number, content: Uint8Array): Uint8Array => bytes(u16(type), sized16(content));
  const extensions = bytes(
    extension(10, sized16(bytes(u16(29), u16(23), u16(24)))),
    extension(11, bytes(1, 0)),
    extension(13, sized16(bytes(u16(0x0403), u16(0x0804), u16(0x0401), u16(0x0503), u16(0x0201)))),
  );
  const offered = bytes(sized16(bytes(...suites.map(u16))), 1, 0, sized16(extensions));
  const hello = bytes(u16(0xfefd), random, 0, 0, offered);
  const length24 = bytes(0, u16(hello.length));
  const handshake = bytes(1, length24, u16(0), zeros(3), length24, hello);
  return bytes(22, u16(0xfeff), zeros(8), sized16(handshake));
};
