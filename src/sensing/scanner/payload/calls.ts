import { bytes, type Payload, u16, u32, zeros } from "./bytes.ts";

/** OPTIONS, answered to where it came from (RFC 3261, sections 8.1.1 and 11; RFC 3581). */
export const sip: Payload = (random) => {
  const id = Buffer.from(random.subarray(0, 12)).toString("hex");
  return bytes(
    [
      "OPTIONS sip:portolan@portolan.invalid SIP/2.0",
      `Via: SIP/2.0/UDP portolan.invalid;branch=z9hG4bK${id};rport`,
      "Max-Forwards: 70",
      `From: <sip:portolan@portolan.invalid>;tag=${id.slice(0, 8)}`,
      "To: <sip:portolan@portolan.invalid>",
      `Call-ID: ${id}@portolan.invalid`,
      "CSeq: 1 OPTIONS",
      "Contact: <sip:portolan@portolan.invalid>",
      "Accept: application/sdp",
      "Content-Length: 0",
      "",
      "",
    ].join("\r\n"),
  );
};

/** Binding request (RFC 8489, sections 5 and 6.1). */
export const stun: Payload = (random) => bytes(u16(1), u16(0), u32(0x2112_a442), random.subarray(0, 12));

/** Search for the root device alone, not for all devices (UPnP Device Architecture 1.1, section 1.3.2). */
export const ssdp: Payload = () =>
  bytes(
    'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: upnp:rootdevice\r\n\r\n',
  );

/** Call of procedure 0, which does nothing, of an ONC RPC program (RFC 5531, sections 9 and 12). */
const nullCall =
  (program: number, version: number): Payload =>
  (random) =>
    bytes(random.subarray(0, 4), u32(0), u32(2), u32(program), u32(version), u32(0), zeros(16));

/** RFC 1833, section 3. */
export const portmapper = nullCall(100_000, 2);
/** RFC 1813, section 3.3.0. */
export const nfs = nullCall(100_003, 3);

/** `version` behind the frame header of memcached's UDP protocol (doc/protocol.txt, "UDP protocol"). */
export const memcached: Payload = (random) => bytes(random.subarray(0, 2), u16(0), u16(1), u16(0), "version\r\n");

/**
 * Read request for a file that does not exist: the answer is an error (RFC 1350, section 5), from a port of its own.
 */
export const tftp: Payload = (random) =>
  bytes(u16(1), `portolan-${Buffer.from(random.subarray(0, 8)).toString("hex")}`, 0, "octet", 0);

/** Query without authentication names (XDMCP 1.1, section 3). */
export const xdmcp: Payload = () => bytes(u16(1), u16(2), u16(1), 0);

/** Port of the dedicated administrator connection of the default instance ([MC-SQLR], section 2.2.4): six bytes come back. */
export const sqlServerBrowser: Payload = () => bytes(0x0f, 0x01, "MSSQLSERVER", 0);

/** SYN, padded as it has to be ([MS-RDPEUDP], sections 2.2.2.1, 2.2.2.5 and 3.1.5.1.1). */
export const rdp: Payload = (random) => {
  const MTU = 1_232;
  const syn = bytes(u32(0xffff_ffff), u16(64), u16(1), random.subarray(0, 4), u16(MTU), u16(MTU));
  return bytes(syn, zeros(MTU - syn.length));
};
