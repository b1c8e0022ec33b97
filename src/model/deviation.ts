import type { Endpoint, Transport } from "./endpoint.ts";
import type { Instant, Period } from "./time.ts";

export const DEVIATION_KINDS = [
  "unauthorized-open",
  "expected-missing",
  "service-changed",
  "wrong-exposure",
  "insecure-service",
  "outdated-service",
  "authorization-expired",
  "undeclared-asset",
  "coverage-gap",
] as const;
export type DeviationKind = (typeof DEVIATION_KINDS)[number];

/** What a deviation is about: an endpoint, an address, a scope target, or a host sensor; always with what is known of the owner. */
export interface DeviationSubject {
  readonly asset?: string | undefined;
  readonly target?: string | undefined;
  /** A host sensor, by name. */
  readonly sensor?: string | undefined;
  readonly address?: string | undefined;
  /** A declared name that leads to the address. */
  readonly name?: string | undefined;
  /** The addresses it rests on, when it is an asset's and more than one; canonical text, sorted. */
  readonly addresses?: readonly string[] | undefined;
  readonly transport?: Transport | undefined;
  readonly port?: number | undefined;
  /** First and last port, inclusive, when it is about several: a range that is expected, a host that answers on most. */
  readonly ports?: readonly [first: number, last: number] | undefined;
  readonly owner?: string | undefined;
}

/** Observation minus port baseline. Not yet a finding: that takes a second probe. */
export interface Deviation {
  readonly kind: DeviationKind;
  readonly subject: DeviationSubject;
  /** One plain sentence for a person. */
  readonly summary: string;
  /** What it rests on, and so what a second probe looks at before it becomes a finding. Empty: nothing to probe. */
  readonly endpoints: readonly Endpoint[];
  /** For a coverage gap: the time nobody looked, as far as known. */
  readonly during?: Partial<Period> | undefined;
}

/**
 * `new`: opened by the latest sweep that covered it; `unchanged`: seen again since;
 * `resolved`: a closing observation; `regressed`: seen again after it was resolved.
 */
export const FINDING_STATUSES = ["new", "unchanged", "resolved", "regressed"] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** A confirmed deviation with a life. */
export interface Finding {
  readonly id: number;
  /** Stable identity of what deviates: kind, vantage point and subject. */
  readonly fingerprint: string;
  readonly kind: DeviationKind;
  readonly vantage: string;
  readonly subject: DeviationSubject;
  readonly summary: string;
  readonly status: FindingStatus;
  readonly openedAt: Instant;
  readonly lastSeenAt: Instant;
  readonly resolvedAt?: Instant | undefined;
  /** Why it was resolved: what was observed, or which baseline version authorized it. */
  readonly resolution?: string | undefined;
  readonly during?: Partial<Period> | undefined;
}
