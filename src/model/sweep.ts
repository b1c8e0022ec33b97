import type { EndpointState } from "./endpoint.ts";
import type { Instant } from "./time.ts";

/**
 * `full`: a target over its ports; `known`: authorized and open endpoints only; `rolling`: a slice of the full range,
 * between full sweeps; `requested`: requested by a person or program; `imported`: made by another scanner, and read from
 * its file.
 */
export const SWEEP_KINDS = ["full", "known", "rolling", "requested", "imported"] as const;
export type SweepKind = (typeof SWEEP_KINDS)[number];

/** Sweeps of every minute: reported only if they did not complete, or found something. */
export function isRoutine(kind: SweepKind): boolean {
  return kind === "known" || kind === "rolling";
}

/**
 * `complete`: every planned endpoint was probed; `partial`: it ended before that; `untrusted`: the canaries show that
 * it missed too much, so it changes nothing but coverage.
 */
export type SweepVerdict = "complete" | "partial" | "untrusted";

export type SweepCounts = Readonly<Record<EndpointState, number>>;

/**
 * The share of open endpoints that a sweep's first probe saw, measured on endpoints known to be open by other means.
 */
export interface Recall {
  /** Endpoints that were certainly open: the first probe saw them open, or a later, patient one did. */
  readonly canaries: number;
  /** The canaries that the first probe saw. */
  readonly found: number;
  /** The share in [0, 1] lies between these with 95 % confidence. */
  readonly low: number;
  readonly high: number;
}

/** An engine's report on a sweep, including the second probe; after a crash, on the part since the crash. */
export type EngineReport = {
  /** The engine that finished the sweep: not the one it began with, if that was no longer available after a crash. */
  readonly engine: string;
  /** Tries that were sent, and how many of them followed the first try of an endpoint. */
  readonly sent: number;
  readonly retried: number;
  /** Answers that this machine had no room for; their endpoints were tried again. */
  readonly dropped: number;
  /** Local failures by error code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Share of tries that got lost on the way, there or back, in [0, 1]. */
  readonly loss: number;
  /** Smoothed, in milliseconds; absent if no answer showed it. */
  readonly roundTrip?: number;
  /** Answering hosts whose silent endpoints may be closed ones: how many, and the first of them by name. */
  readonly doubtful: {
    readonly hosts: number;
    readonly endpoints: number;
    readonly first: readonly {
      readonly address: string;
      readonly silent: number;
      readonly why: "limits-refusals" | "loss";
    }[];
  };
};

/** A running or finished sweep, as the record stores it. */
export interface SweepRecord {
  readonly id: number;
  readonly kind: SweepKind;
  readonly vantage: string;
  readonly engine: string;
  readonly scopeVersion: number;
  /** Planned endpoints: targets × ports. Of an imported sweep: the endpoints that its file shows as scanned. */
  readonly planned: number;
  /** SHA-256 (hex) of the plan's RFC 8785 form: blocks of address ranges and ports, and the seed. */
  readonly planDigest: string;
  /** 32 hex digits; empty for an imported sweep, whose order is not known. */
  readonly seed: string;
  readonly startedAt: Instant;
  readonly endedAt?: Instant | undefined;
  readonly verdict?: SweepVerdict | undefined;
  /** The reason why it is partial or untrusted. */
  readonly reason?: string | undefined;
  readonly counts?: SweepCounts | undefined;
  /** Absent: not measured, because no endpoint there was known to be open. */
  readonly recall?: Recall | undefined;
  readonly engineReport?: EngineReport | undefined;
  readonly requestedBy: string;
}
