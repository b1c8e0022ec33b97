import type { Duration, Instant, Period } from "../../model/index.ts";

/**
 * The rules for known, stale and gaps, the same for every source. They handle time only; the caller decides what a
 * stretch covers (ports of addresses, a machine).
 */

/** A stretch of time that a source covered, both ends included. */
export type Covered =
  /** Everything was probed once, at some time in the stretch. */
  | { readonly how: "probed"; readonly from: Instant; readonly to: Instant }
  /** Everything was observed all the time; `goesOn`: and still is, as far as reports show. */
  | { readonly how: "watched"; readonly from: Instant; readonly to: Instant; readonly goesOn: boolean };

/** Instants at which something is known, both ends included. */
export interface Known {
  readonly from: Instant;
  readonly through: Instant;
}

/** A probed stretch is known from its end on, a watched one from its beginning. */
export function knownBy(covered: Covered, limit: Duration): Known {
  switch (covered.how) {
    case "probed":
      return { from: covered.to, through: staleFrom(covered.to, limit) };
    case "watched":
      return { from: covered.from, through: covered.goesOn ? staleFrom(covered.to, limit) : covered.to };
  }
}

/** Known by one observation at an exact time. */
export function knownSince(seenAt: Instant, limit: Duration): Known {
  return knownBy({ how: "probed", from: seenAt, to: seenAt }, limit);
}

export function isKnownAt({ from, through }: Known, at: Instant): boolean {
  return from <= at && at <= through;
}

/** Whether the last observation is too old to count. */
export function isStale(seenAt: Instant, limit: Duration, at: Instant): boolean {
  return at > staleFrom(seenAt, limit);
}

/** The part of a period in which it is known; undefined if there is none. */
export function knownDuring({ from, through }: Known, period: Period): Period | undefined {
  const start = Math.max(from, period.from);
  const end = Math.min(through + 1, period.to);
  return start < end ? { from: start, to: end } : undefined;
}

/** Observations of the same thing that end no further apart than this leave no unknown instant between them. */
export function mostApart(limit: Duration): Duration {
  return limit + 1;
}

/** The parts of a period outside the known ones, which are in order and disjoint. */
export function gapsBetween(period: Period, known: readonly Period[]): Period[] {
  const gaps: Period[] = [];
  let open = period.from;
  for (const { from, to } of known) {
    if (from > open) gaps.push({ from: open, to: from });
    open = to;
  }
  if (open < period.to) gaps.push({ from: open, to: period.to });
  return gaps;
}

/** Whether a source knew the state of its subject at an instant, and when it last did until then. */
export interface SightAt {
  readonly isKnown: boolean;
  /** Absent: never. */
  readonly lastSeenAt?: Instant | undefined;
}

export function sightAt(stretches: readonly Covered[], limit: Duration, at: Instant): SightAt {
  let isKnown = false;
  let lastSeenAt: Instant | undefined;
  for (const covered of stretches) {
    const known = knownBy(covered, limit);
    if (known.from > at) continue;
    isKnown ||= isKnownAt(known, at);
    lastSeenAt = Math.max(lastSeenAt ?? -Infinity, Math.min(at, covered.to));
  }
  return { isKnown, lastSeenAt };
}

function staleFrom(seenAt: Instant, limit: Duration): Instant {
  return seenAt + limit;
}
