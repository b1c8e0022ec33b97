import type { EndpointState, Transport } from "../../model/index.ts";

/**
 * The state that a sweep records for an endpoint, given what else its address did in the same sweep. Only silence is
 * judged; every other state stays as it was probed.
 *
 * - `answered`: the address said `open` or `closed` somewhere, so something drops this port: `filtered`; unless
 *   `doubtful`, when the answer may as well have been lost or rationed: then `no-response`, as closed ones look the same
 * - else `toldUnreachable`: a router or the own kernel said for some port that there is no way to the address, so it is
 *   `unreachable`. Such messages are rate limited (RFC 1812, section 4.3.2.8) or late (neighbour discovery takes
 *   seconds): which of the ports got one is chance, and no news about the ports.
 * - else `no-response`: nothing is known of it
 *
 * Over UDP silence stays `no-response`: it is what most services give those they do not know, and what a host gives
 * that limits its refusals. Whatever else the address answered says nothing of it.
 */
export function classify(
  state: EndpointState,
  transport: Transport,
  answered: boolean,
  toldUnreachable = false,
  doubtful = false,
): EndpointState {
  if (state !== "no-response" || transport === "udp") return state;
  if (answered) return doubtful ? "no-response" : "filtered";
  return toldUnreachable ? "unreachable" : "no-response";
}
