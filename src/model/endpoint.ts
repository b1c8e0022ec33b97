export const TRANSPORTS = ["tcp", "udp"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Address + transport + port. `address` is canonical text: dotted quad, or RFC 5952 for IPv6. */
export interface Endpoint {
  readonly address: string;
  readonly transport: Transport;
  /** 1 to 65535. */
  readonly port: number;
}

/**
 * What one probe, or several of the same sweep, showed of an endpoint. Never merged with each other:
 *
 * - `open`: something accepted, over UDP: answered
 * - `closed`: the host itself said no (RST, over UDP port unreachable)
 * - `filtered`: an ICMP prohibition, or over TCP no answer though the host answered elsewhere in the same sweep
 * - `no-response`: no answer, and over TCP none from the host anywhere in the sweep, so nothing is known of it
 * - `unreachable`: a router or the own kernel said that there is no way to it
 * - `not-scanned`: planned, and not probed
 *
 * The order is the wire code of {@link stateCode}: append only.
 */
export const ENDPOINT_STATES = ["not-scanned", "open", "closed", "filtered", "no-response", "unreachable"] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];

/** What was so at an instant: an observed state, or `unknown` because nobody looked in time. */
export const STATES_AT = ["open", "closed", "filtered", "no-response", "unreachable", "unknown"] as const;
export type StateAt = (typeof STATES_AT)[number];

/** One byte for a state, as the sweep journal keeps it. */
export function stateCode(state: EndpointState): number {
  return ENDPOINT_STATES.indexOf(state);
}

/** The inverse of {@link stateCode}; a byte that is no state reads as `not-scanned`. */
export function stateOfCode(code: number): EndpointState {
  return ENDPOINT_STATES[code] ?? "not-scanned";
}

/** `tcp/192.0.2.1:443`, `tcp/[2001:db8::1]:443`: one text an endpoint, used as key and on screens. */
export function endpointKey(endpoint: Endpoint): string {
  const host = endpoint.address.includes(":") ? `[${endpoint.address}]` : endpoint.address;
  return `${endpoint.transport}/${host}:${endpoint.port}`;
}
