/**
 * Every fault that Portolan raises on purpose, and the reaction to it:
 *
 * - `config-invalid`: a YAML file, option or argument is wrong; show it, and the user corrects it
 * - `target-refused`: the guard refused; nothing was sent; show the rule
 * - `not-found`: the requested item does not exist in the record
 * - `store-unavailable`: the database cannot be opened or reached; repair it and try again
 * - `store-locked`: another process holds the embedded database; use its API
 * - `conflict`: the act does not fit the present record (e.g. a proposal without justification)
 * - `outdated`: the record has changed since the version that the caller saw; read it and decide again
 * - `evidence-broken`: the evidence log does not verify
 * - `unauthorized`: the API does not know the caller; sign in, or send a key or the token
 * - `forbidden`: no role of the caller has this permission
 * - `throttled`: too many attempts; wait as long as the fault says
 * - `misdirected`: the request is addressed to another server
 * - `engine-unavailable`: this machine cannot run the requested engine
 * - `system-failed`: the operating system refused (no descriptor, memory or disk left, an output that cannot be written)
 * - `interrupted`: a person or a signal stopped the work; the record states it
 */
export const FAULT_CODES = [
  "config-invalid",
  "target-refused",
  "not-found",
  "store-unavailable",
  "store-locked",
  "conflict",
  "outdated",
  "evidence-broken",
  "unauthorized",
  "forbidden",
  "throttled",
  "misdirected",
  "engine-unavailable",
  "system-failed",
  "interrupted",
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

export interface FaultDetails {
  /** What the person does next, as a full sentence. */
  readonly next: string;
  /** Where: `file:line:column`, a URL without secrets, a path. */
  readonly place?: string | undefined;
  readonly cause?: unknown;
}

/** The one error class: cause, place and next step. Mapped once to an HTTP status and once to an exit code. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly next: string;
  readonly place: string | undefined;

  constructor(code: FaultCode, message: string, details: FaultDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "Fault";
    this.code = code;
    this.next = details.next;
    this.place = details.place;
  }
}
