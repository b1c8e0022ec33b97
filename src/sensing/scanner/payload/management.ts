import { integer, NULL, sequence, someInteger, text, tlv } from "./ber.ts";
import { bytes, type Payload, zeros } from "./bytes.ts";

const GET_REQUEST = 0xa0;
/** sysUpTime.0, 1.3.6.1.2.1.1.3.0 (RFC 3418): a number, so that the answer is as short as the question. */
const SYS_UP_TIME = tlv(0x06, Uint8Array.of(0x2b, 6, 1, 2, 1, 1, 3, 0));

/** One object of the community `public`; `version` 0 is SNMPv1 (RFC 1157, section 4), 1 is SNMPv2c (RFC 1901, section 3). */
const getUpTime =
  (version: 0 | 1): Payload =>
  (random) =>
    sequence(
      integer(version),
      text("public"),
      tlv(GET_REQUEST, someInteger(random), integer(0), integer(0), sequence(sequence(SYS_UP_TIME, NULL))),
    );

export const snmpV1 = getUpTime(0);
export const snmpV2c = getUpTime(1);

/** Discovery of the authoritative engine: the answer is a report, and needs no credential (RFC 3414, section 4; RFC 3412, section 6). */
export const snmpV3: Payload = (random) => {
  const REPORTABLE = 0x04;
  const USM = 3;
  const security = sequence(text(""), integer(0), integer(0), text(""), text(""), text(""));
  const request = tlv(GET_REQUEST, someInteger(random), integer(0), integer(0), sequence());
  return sequence(
    integer(3),
    sequence(someInteger(random), integer(1_472), tlv(0x04, REPORTABLE), integer(USM)),
    tlv(0x04, security),
    sequence(text(""), text(""), request),
  );
};

/** Presence ping (ASF 2.0 specification DSP0136, section 3.2.4.2) in RMCP (section 3.2.1). */
export const asfPing: Payload = () => bytes(0x06, 0, 0xff, 0x06, 0, 0, 0x11, 0xbe, 0x80, 0, 0, 0);

/** Get Channel Authentication Capabilities, outside of a session (IPMI 2.0, sections 13.6, 13.8 and 22.13). */
export const ipmi: Payload = () => {
  const about = Uint8Array.of(0x20, 0x06 << 2);
  const request = Uint8Array.of(0x81, 0, 0x38, 0x8e, 0x04);
  const message = bytes(about, checksum(about), request, checksum(request));
  return bytes(0x06, 0, 0xff, 0x07, zeros(9), message.length, message);
};

/** Two's complement of the sum (IPMI 2.0, section 13.8). */
function checksum(of: Uint8Array): number {
  return -of.reduce((sum, byte) => sum + byte, 0) & 0xff;
}
