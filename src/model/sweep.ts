import type { EndpointState } from "./endpoint.ts";
import type { Instant } from "./time.ts";

/**
 * `full`: a target over its ports; `known`: authorized and open endpoints only; `requested`: somebody asked;
 * `imported`: done by another scanner, and read from its file.
 */
export const SWEEP_KINDS = ["full", "known", "requested", "imported"] as const;
export type SweepKind = (typeof SWEEP_KINDS)[number];

/**
 * `complete`: every planned endpoint was probed; `partial`: it ended before that;
 * `untrusted`: the canaries say it missed too much, so it changes nothing but coverage.
 */
export type SweepVerdict = "complete" | "partial" | "untrusted";

export type SweepCounts = Readonly<Record<EndpointState, number>>;

/** How much of what was open a sweep saw at its first look, measured on endpoints known to be open by other means. */
export interface Recall {
  /** Endpoints that were certainly open: the first look saw them open, or a later, patient one did. */
  readonly canaries: number;
  /** Those of them that the first look saw. */
  readonly found: number;
  /** The share in [0, 1] lies between these with 95 % confidence. */
  readonly low: number;
  readonly high: number;
}

/** What an engine says of a sweep, second look included; after a crash, of what was done since. */
export type EngineReport = {
  /** The one that finished it: not the one it began with, where that was not there any more after a crash. */
  readonly engine: string;
  /** Tries that went out, and of these the ones after an endpoint's first. */
  readonly sent: number;
  readonly retried: number;
  /** Answers that this machine had no room for; what they were answers to was tried again. */
  readonly dropped: number;
  /** Local failures by error code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Share of tries that got lost on the way, there or back, in [0, 1]. */
  readonly loss: number;
  /** Smoothed, in milliseconds; absent without an answer that told it. */
  readonly roundTrip?: number;
  /** Answering hosts whose silent endpoints may be closed ones: counted, and the first of them named. */
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

/** What a finished or running sweep is, as the record keeps it. */
export interface SweepRecord {
  readonly id: number;
  readonly kind: SweepKind;
  readonly vantage: string;
  readonly engine: string;
  readonly scopeVersion: number;
  /** Endpoints planned: targets × ports. Of an imported sweep: endpoints that its file shows looked at. */
  readonly planned: number;
  /** SHA-256 (hex) of the plan's RFC 8785 form: blocks of address ranges and ports, and the seed. */
  readonly planDigest: string;
  /** 32 hex digits; empty for an imported sweep, whose order nobody knows. */
  readonly seed: string;
  readonly startedAt: Instant;
  readonly endedAt?: Instant | undefined;
  readonly verdict?: SweepVerdict | undefined;
  /** Why it is partial or untrusted. */
  readonly reason?: string | undefined;
  readonly counts?: SweepCounts | undefined;
  /** Absent: not measured, as nothing was known to be open there. */
  readonly recall?: Recall | undefined;
  readonly engineReport?: EngineReport | undefined;
  readonly requestedBy: string;
}
