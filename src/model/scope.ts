import type { Duration, Instant } from "./time.ts";

export const CRITICALITIES = ["low", "normal", "high", "critical"] as const;
export type Criticality = (typeof CRITICALITIES)[number];

/** The needs of a kind of system: how often it is swept, over which ports, and how critical it is. */
export interface SystemType {
  readonly name: string;
  /** The longest time between two full sweeps. */
  readonly cadence: Duration;
  /** How long a state stays known after its last scan. Default: twice the cadence. */
  readonly staleness: Duration;
  readonly criticality: Criticality;
  /** nmap's port syntax: `22,80-90,T:…,U:…`, `-` for all of TCP. */
  readonly ports: string;
}

/** A part of the system boundary that is swept together. */
export interface Target {
  readonly name: string;
  /** CIDR, `a-b` range, nmap octet range, address, hostname, `file:PATH` (expanded on load), `this-machine`. */
  readonly addresses: readonly string[];
  readonly systemType: string;
  readonly segment?: string | undefined;
  readonly environment?: string | undefined;
  readonly owner?: string | undefined;
  readonly tags: readonly string[];
  /** Whether an undeclared host that answers here is a deviation (`report`) or fine (`allow`). */
  readonly undeclared: "report" | "allow";
}

/** A thing in scope that has an owner. Its addresses lie inside some target. */
export interface Asset {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly systemType: string;
  readonly owner?: string | undefined;
  readonly segment?: string | undefined;
  readonly environment?: string | undefined;
  readonly tags: readonly string[];
}

export interface Exclusion {
  readonly addresses: readonly string[];
  readonly reason: string;
}

/** A recorded permission to scan public addresses, in force from `from` (inclusive) to `until` (exclusive). */
export interface ScanAuthorization {
  readonly reference: string;
  readonly grantedBy: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly addresses: readonly string[];
}

/** Hard limits that no command line can raise. */
export interface ScanLimits {
  /** Probes per second over the whole sweep, loopback excepted. */
  readonly rate: number;
  /** Probes per second to any one address, loopback excepted. */
  readonly perHostRate: number;
}

/**
 * The position of a vantage point. `inside`: declared assets should answer; `outside`: silence is desired, so a host
 * that answers nobody is not a gap; `other`: as inside, but called by its name only.
 */
export const VANTAGE_KINDS = ["inside", "outside", "other"] as const;
export type VantageKind = (typeof VANTAGE_KINDS)[number];

/** A place to scan from, and its targets. */
export interface VantagePoint {
  readonly name: string;
  readonly kind: VantageKind;
  /** Names of the targets it scans; absent: all of them. */
  readonly targets?: readonly string[] | undefined;
  /** The longest time between two full sweeps from there; absent: as each system type says. */
  readonly cadence?: Duration | undefined;
}

/** The declared system boundary as one immutable, JSON-serializable value; a scope version stores it. */
export interface Scope {
  readonly name: string;
  /** Name of the vantage point of this installation's own scanner. */
  readonly vantage: string;
  /** Absent if no other vantage point is declared. */
  readonly vantagePoints?: readonly VantagePoint[] | undefined;
  readonly limits: ScanLimits;
  readonly systemTypes: readonly SystemType[];
  readonly targets: readonly Target[];
  readonly assets: readonly Asset[];
  readonly exclusions: readonly Exclusion[];
  readonly authorizations: readonly ScanAuthorization[];
}

/** A scope as recorded: versions count from 1, the digest is SHA-256 (hex) of the RFC 8785 form of the scope. */
export interface ScopeVersion {
  readonly version: number;
  readonly digest: string;
  readonly recordedAt: Instant;
  readonly recordedBy: string;
  readonly scope: Scope;
}
