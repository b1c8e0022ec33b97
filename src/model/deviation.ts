import type {
  AddressSubject,
  AssetSubject,
  PortSubject,
  HostPortsSubject,
  PortsSubject,
  ProgramSubject,
  SensorSubject,
  TargetSubject,
} from "./deviation-subject.ts";
import type { Endpoint } from "./endpoint.ts";
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

/** An open port that is not allowed. */
export type OpenPortKind = "unauthorized-open" | "authorization-expired" | "wrong-exposure";
/** An open port with a service that it should not offer. */
export type ServiceKind = "service-changed" | "insecure-service" | "outdated-service";
/** A problem of the service that every port has of its own. */
export type PortServiceKind = Exclude<ServiceKind, "outdated-service">;

/** A kind, and a subject that a deviation of this kind can be about. */
export type Deviating =
  | {
      readonly kind: OpenPortKind;
      /** Several ports are those of a host that answers on very many. */
      readonly subject: PortSubject | HostPortsSubject;
    }
  | { readonly kind: PortServiceKind; readonly subject: PortSubject }
  | {
      readonly kind: "outdated-service";
      /** One port, in findings that an earlier version of Portolan opened. */
      readonly subject: ProgramSubject | PortSubject;
    }
  | {
      readonly kind: "expected-missing";
      readonly subject: (PortSubject | PortsSubject) & { readonly asset: string };
    }
  | { readonly kind: "undeclared-asset"; readonly subject: AddressSubject }
  | { readonly kind: "coverage-gap"; readonly subject: AssetSubject | TargetSubject | SensorSubject };

/** Observation minus port baseline. Not yet a finding: that requires a second probe. */
export type Deviation = Deviating & {
  /** One plain sentence for a person. */
  readonly summary: string;
  /** The endpoints it rests on, which a second probe checks before it becomes a finding. Empty: nothing to probe. */
  readonly endpoints: readonly Endpoint[];
  /** For a coverage gap: the time nobody looked, as far as known. */
  readonly during?: Partial<Period> | undefined;
};

/**
 * `new`: opened by the latest sweep that covered it; `unchanged`: seen again since;
 * `resolved`: a closing observation, or a decision that allows it; `regressed`: seen again after it had ended;
 * `out-of-scope`: a version of the scope no longer covers it, so nobody probes it: neither open nor resolved.
 */
export const FINDING_STATUSES = ["new", "unchanged", "resolved", "regressed", "out-of-scope"] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** Somebody has to answer a finding with one of these. */
export const OPEN_STATUSES = ["new", "unchanged", "regressed"] as const satisfies readonly FindingStatus[];

export function isOpen({ status }: { readonly status: FindingStatus }): boolean {
  return OPEN_STATUSES.some((open) => open === status);
}

/** When and how a finding ended; without a field it is open. */
export interface Ending {
  readonly resolvedAt?: Instant | undefined;
  /** The reason it was resolved: the observation, or the baseline version that authorized it. */
  readonly resolution?: string | undefined;
  /** The version of the scope that no longer covers it, and when that version was recorded. */
  readonly outOfScope?: { readonly at: Instant; readonly version: number } | undefined;
}

/** One stretch for which a finding was open. */
export interface Episode extends Ending {
  readonly openedAt: Instant;
  /** Absent: not recorded, because an earlier version of Portolan kept it for the latest episode only. */
  readonly lastSeenAt?: Instant | undefined;
}

/** A confirmed deviation with a life. Its times are those of its latest episode. */
export type Finding = Deviating &
  Ending & {
    readonly id: number;
    /** Stable identity of the deviation: kind, vantage point and subject. */
    readonly fingerprint: string;
    /** The vantage point that opened it; a program may have been seen from others since. */
    readonly vantage: string;
    readonly summary: string;
    readonly status: FindingStatus;
    readonly openedAt: Instant;
    readonly lastSeenAt: Instant;
    /** Its episodes before the latest one, oldest first; absent: it never came back. */
    readonly earlier?: readonly Episode[] | undefined;
    readonly during?: Partial<Period> | undefined;
  };
