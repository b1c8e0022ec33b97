import type { Duration, Instant, Period } from "../../model/index.ts";

/** A tenth of the cadence, at most five minutes: how much earlier than its cadence a target may be swept. */
const JITTER_SHARE = 0.1;
const MOST_JITTER: Duration = 300_000;
/** How far past its window a sweep may end before that is a gap: sweeps take time, machines stall. */
const LEAST_GRACE: Duration = 2_000;

/**
 * When the target is due again: one cadence after the last sweep began, less a jitter in [0, 10 %) so that targets of
 * one cadence spread out instead of starting together. Early, never late: the cadence is a promise.
 * `random` is in [0, 1).
 */
export function nextDue(lastStart: Instant | undefined, cadence: Duration, now: Instant, random: number): Instant {
  if (lastStart === undefined) return now;
  const jitter = Math.min(cadence * JITTER_SHARE, MOST_JITTER) * random;
  return Math.max(now, Math.round(lastStart + cadence - jitter));
}

/** How long a target waits after an attempt that did not end in a complete sweep: a refusal, say, or a full disk. */
const LONGEST_RETRY: Duration = 300_000;

/**
 * When to try again after an attempt that began at `attempt`: when the target is due, but not at once over and over
 * while its sweeps do not complete.
 */
export function nextAttempt(due: Instant, attempt: Instant, cadence: Duration): Instant {
  return Math.max(due, attempt + Math.min(cadence, LONGEST_RETRY));
}

/**
 * The window that was missed, or undefined while the target is in time. A target is late when a whole cadence and a
 * grace (10 %, at least two seconds) have gone by since its last complete sweep began, or, if it never had one, since
 * `watchedSince`. `from` is when the sweep was due; the gap is still open, so `to` is now.
 */
export function missedWindow(
  lastStart: Instant | undefined,
  watchedSince: Instant,
  cadence: Duration,
  now: Instant,
): Period | undefined {
  const due = (lastStart ?? watchedSince) + cadence;
  const grace = Math.max(cadence * JITTER_SHARE, LEAST_GRACE);
  return now > due + grace ? { from: due, to: now } : undefined;
}
