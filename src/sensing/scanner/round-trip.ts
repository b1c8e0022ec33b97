import type { Duration } from "../../model/index.ts";

/** Smoothed round-trip time of a path, after RFC 6298, section 2, and how long to wait for an answer. */
export interface RoundTrip {
  /** Milliseconds; undefined before the first measurement. */
  readonly smoothed: Duration | undefined;
  /** SRTT + 4 · RTTVAR; undefined before the first measurement. */
  readonly timeout: Duration | undefined;
  /** Only of an answer that cannot belong to another try (Karn's rule, RFC 6298, section 3). */
  measured(roundTrip: Duration): void;
}

const ALPHA = 1 / 8;
const BETA = 1 / 4;

export function createRoundTrip(): RoundTrip {
  let smoothed: number | undefined;
  let variation = 0;
  return {
    get smoothed() {
      return smoothed;
    },
    get timeout() {
      return smoothed === undefined ? undefined : smoothed + 4 * variation;
    },
    measured(roundTrip) {
      if (smoothed === undefined) {
        smoothed = roundTrip;
        variation = roundTrip / 2;
        return;
      }
      variation += BETA * (Math.abs(smoothed - roundTrip) - variation);
      smoothed += ALPHA * (roundTrip - smoothed);
    },
  };
}
