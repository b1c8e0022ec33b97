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
 * The state that one probe, or several of the same sweep, observed. States are never merged with each other:
 *
 * - `open`: it accepted; over UDP, it replied
 * - `closed`: the host itself refused (RST; over UDP, port unreachable)
 * - `filtered`: an ICMP prohibition; or over TCP, no reply although the host answered elsewhere in the same sweep
 * - `no-response`: no reply, and over TCP none from the host anywhere in the sweep, so nothing is known
 * - `unreachable`: a router, or this machine's own kernel, reported that it has no way there (no route, no
 *   address of its family)
 * - `not-scanned`: planned, but not probed
 *
 * The order is the wire code of {@link stateCode}: append only.
 */
export const ENDPOINT_STATES = ["not-scanned", "open", "closed", "filtered", "no-response", "unreachable"] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];

/** The state at an instant: an observed state, or `unknown` because nobody looked in time. */
export const STATES_AT = ["open", "closed", "filtered", "no-response", "unreachable", "unknown"] as const;
export type StateAt = (typeof STATES_AT)[number];

/** The one byte that the sweep journal stores for a state. */
export function stateCode(state: EndpointState): number {
  return ENDPOINT_STATES.indexOf(state);
}

/** The inverse of {@link stateCode}; a byte that does not stand for a state reads as `not-scanned`. */
export function stateOfCode(code: number): EndpointState {
  return ENDPOINT_STATES[code] ?? "not-scanned";
}

/** `tcp/192.0.2.1:443`, `tcp/[2001:db8::1]:443`: one text per endpoint, used as key and on screens. */
export function endpointKey(endpoint: Endpoint): string {
  const host = endpoint.address.includes(":") ? `[${endpoint.address}]` : endpoint.address;
  return `${endpoint.transport}/${host}:${endpoint.port}`;
}
