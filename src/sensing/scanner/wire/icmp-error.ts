import { CLOSED, FILTERED, type ProbeOutcome } from "../probe-outcome.ts";
import { outcomeOfIcmp, outcomeOfIcmpv6 } from "./reply.ts";

/** `SO_EE_ORIGIN_*` of linux/errqueue.h: who made the error. */
export const ORIGIN_ICMP = 2;
export const ORIGIN_ICMPV6 = 3;

/**
 * The meaning of an ICMP error for a UDP port; undefined: none. With port unreachable a host reports a closed port (RFC
 * 1122, section 4.1.3.1; RFC 4443, section 3.1), if it comes `fromHost`, the probed host: from any router on the way it
 * means that the packet was not let through. The rest means what it does for TCP.
 */
export function outcomeOfUdpError(
  origin: typeof ORIGIN_ICMP | typeof ORIGIN_ICMPV6,
  type: number,
  code: number,
  fromHost: boolean,
): ProbeOutcome | undefined {
  const portUnreachable = origin === ORIGIN_ICMP ? type === 3 && code === 3 : type === 1 && code === 4;
  if (portUnreachable) return fromHost ? CLOSED : FILTERED;
  return origin === ORIGIN_ICMP ? outcomeOfIcmp(type, code) : outcomeOfIcmpv6(type, code);
}
