import { bytes, type Payload, u16 } from "./bytes.ts";

const TYPE_PTR = 12;
const TYPE_TXT = 16;
const TYPE_NBSTAT = 33;
const CLASS_IN = 1;
const CLASS_CHAOS = 3;

/** One question and nothing else (RFC 1035, section 4.1). */
function question(random: Uint8Array, flags: number, labels: readonly string[], type: number, of: number): Uint8Array {
  const name = labels.map((label) => bytes(label.length, label));
  const header = bytes(random.subarray(0, 2), u16(flags), u16(1), u16(0), u16(0), u16(0));
  return bytes(header, ...name, 0, u16(type), u16(of));
}

/**
 * `version.bind CH TXT` (RFC 4892, section 3): answered, or refused, by the server itself, which does not query other
 * servers for it. Recursion is not desired.
 */
export const dns: Payload = (random) => question(random, 0, ["version", "bind"], TYPE_TXT, CLASS_CHAOS);

/** The service types of a responder (RFC 6763, section 9), asked as a one-shot query by unicast (RFC 6762, section 6.7). */
export const multicastDns: Payload = (random) =>
  question(random, 0, ["_services", "_dns-sd", "_udp", "local"], TYPE_PTR, CLASS_IN);

/** NetBIOS node status of the name `*`, padded with zeros, in first-level encoding (RFC 1002, sections 4.1 and 4.2.17). */
export const netbiosName: Payload = (random) => question(random, 0, [`CK${"A".repeat(30)}`], TYPE_NBSTAT, CLASS_IN);
