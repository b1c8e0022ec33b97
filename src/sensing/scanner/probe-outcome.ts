import type { ProbedState } from "./engine.ts";

/** The outcome of one try. */
export type ProbeOutcome =
  | { readonly kind: "state"; readonly state: ProbedState }
  /** No answer in time. */
  | { readonly kind: "silent" }
  /** The socket connected to itself: its local end is its remote end. */
  | { readonly kind: "self-connect" }
  /** This machine had no descriptor, source port or memory just now; proves nothing about the endpoint. */
  | { readonly kind: "shortage"; readonly code: string }
  /** This machine does not do it at all (policy); proves nothing about the endpoint. */
  | { readonly kind: "refused-here"; readonly code: string }
  /** Result of a start: nothing went out, since the path is not known yet. */
  | { readonly kind: "waits" }
  /** For a waiting try: it can begin now. */
  | { readonly kind: "go" };

export const OPEN: ProbeOutcome = { kind: "state", state: "open" };
export const CLOSED: ProbeOutcome = { kind: "state", state: "closed" };
export const FILTERED: ProbeOutcome = { kind: "state", state: "filtered" };
export const UNREACHABLE: ProbeOutcome = { kind: "state", state: "unreachable" };
/** Silence that no further try would change. */
export const NO_RESPONSE: ProbeOutcome = { kind: "state", state: "no-response" };
export const SILENT: ProbeOutcome = { kind: "silent" };
export const SELF_CONNECT: ProbeOutcome = { kind: "self-connect" };
export const WAITS: ProbeOutcome = { kind: "waits" };
export const GO: ProbeOutcome = { kind: "go" };

/** `at-once`: the call itself failed, nothing was sent. `later`: the connection was under way. */
export type ErrorMoment = "at-once" | "later";

/**
 * The meaning of an error of connect(2), told apart by whose it is.
 *
 * - The endpoint's: the kernel turns a RST in SYN-SENT into ECONNREFUSED and any later RST into ECONNRESET or EPIPE (RFC
 *   9293, section 3.10.7), so those two say that the handshake had been completed. ICMP destination unreachable arrives
 *   as EHOSTUNREACH, ENETUNREACH and their kin (RFC 1122, section 3.2.2.1); ICMPv6 "administratively prohibited" as
 *   EACCES after the SYN left, whereas EACCES at once is this machine's policy.
 * - Its address family's: EAFNOSUPPORT, and EADDRNOTAVAIL where this machine has no address to send from, as one without
 *   IPv6 says of `::1`. No try will change it, and no other endpoint has to wait for it.
 * - This machine's: descriptors, memory, and source ports, whose want is EADDRNOTAVAIL too. `hasSource` distinguishes the
 *   two: whether there is an address to send from. It is called for that code alone.
 */
export function outcomeOfError(code: string, moment: ErrorMoment, hasSource: () => boolean): ProbeOutcome {
  switch (code) {
    case "ECONNREFUSED":
      return CLOSED;
    case "ECONNRESET":
    case "EPIPE":
      return OPEN;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EHOSTDOWN":
    case "ENETDOWN":
    case "ENONET":
    case "ENOPROTOOPT":
    case "EAFNOSUPPORT":
      return UNREACHABLE;
    case "ETIMEDOUT":
      return SILENT;
    case "EACCES":
      return moment === "later" ? FILTERED : { kind: "refused-here", code };
    case "EADDRNOTAVAIL":
      return hasSource() ? { kind: "shortage", code } : UNREACHABLE;
    case "EMFILE":
    case "ENFILE":
    case "ENOBUFS":
    case "ENOMEM":
    case "EADDRINUSE":
    case "EAGAIN":
    case "EINTR":
    case "ENOSPC":
    case "ECONNABORTED":
      return { kind: "shortage", code };
    default:
      return { kind: "refused-here", code };
  }
}
