import type { Duration } from "../../model/index.ts";

/** A target as its full sweeps load the network; endpoints of this machine itself are not counted, as no pace holds there. */
export interface SweptTarget {
  readonly name: string;
  readonly cadence: Duration;
  readonly endpoints: number;
  /** The most ports on one of its addresses. */
  readonly portsOfAHost: number;
  /** Tries per endpoint, from 1: measured on its last full sweep, where there was one. */
  readonly tries?: number | undefined;
}

export interface Limits {
  readonly rate: number;
  readonly perHostRate: number;
}

/** Whether the full sweeps of a scope fit their cadences at its limits, and what would fit if they do not. */
export interface CadenceFit {
  /** Probes a second that the full sweeps need on average. */
  readonly needed: number;
  readonly fits: boolean;
  /** Limits at which they fit, at the present cadences. */
  readonly limits: Limits;
  /** Cadences at which they fit, at the present limits: of the targets that have to be swept less often. */
  readonly cadences: readonly { readonly name: string; readonly cadence: Duration }[];
}

/** A silent endpoint is tried twice; a remedy has to hold for a network in which nobody answers. */
const TRIES_AT_WORST = 2;
const SECOND: Duration = 1_000;
const MINUTE: Duration = 60_000;

/** Probes a second that the full sweeps of the targets need on average. */
export function probesPerSecond(targets: readonly SweptTarget[], tries?: number): number {
  return targets.reduce(
    (sum, { endpoints, cadence, ...measured }) => sum + (endpoints * (tries ?? measured.tries ?? 1) * SECOND) / cadence,
    0,
  );
}

/**
 * Compares what the full sweeps need with what the limits allow. It says that they do not fit only if they cannot: one
 * probe for each endpoint, or as many as were measured, is already too much. What it proposes fits even if every
 * endpoint is silent.
 */
export function cadenceFit(limits: Limits, targets: readonly SweptTarget[]): CadenceFit {
  const needed = probesPerSecond(targets);
  const fits = needed <= limits.rate && perHost(targets) <= limits.perHostRate;
  const worst = Math.max(needed, probesPerSecond(targets, TRIES_AT_WORST));
  const worstOfAHost = perHost(targets, TRIES_AT_WORST);
  const slower = Math.max(worst / limits.rate, worstOfAHost / limits.perHostRate);
  return {
    needed,
    fits,
    limits: {
      rate: Math.max(limits.rate, twoDigits(worst)),
      perHostRate: Math.max(limits.perHostRate, twoDigits(worstOfAHost)),
    },
    cadences: targets
      .filter(({ endpoints }) => endpoints > 0 && slower > 1)
      .map(({ name, cadence }) => ({ name, cadence: inWholeUnits(cadence * slower) })),
  };
}

function perHost(targets: readonly SweptTarget[], tries?: number): number {
  return targets.reduce(
    (most, { endpoints, portsOfAHost, cadence, ...measured }) =>
      endpoints === 0 ? most : Math.max(most, (portsOfAHost * (tries ?? measured.tries ?? 1) * SECOND) / cadence),
    0,
  );
}

/** Rounded up, so that a person can remember it: 4661 becomes 4700. */
function twoDigits(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.ceil(value / unit) * unit;
}

/** Rounded up to whole minutes, from an hour on to whole hours, from two days on to whole days. */
function inWholeUnits(length: Duration): Duration {
  const unit = length < 60 * MINUTE ? MINUTE : length < 48 * 60 * MINUTE ? 60 * MINUTE : 24 * 60 * MINUTE;
  return Math.ceil(length / unit) * unit;
}
