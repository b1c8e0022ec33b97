import {
  addressesOf,
  onAddresses,
  type Deviating,
  type Deviation,
  type DeviationSubject,
  type Finding,
  type FindingStatus,
  type Instant,
  type Period,
  type PortRange,
} from "../../model/index.ts";
import { fingerprint } from "../baseline/index.ts";

/** A change of one finding, with the instant of the observation or of the decision that resolves it. */
export type Transition =
  /** A confirmed deviation that was never seen before. */
  | {
      readonly kind: "open";
      readonly fingerprint: string;
      readonly vantage: string;
      readonly deviation: Deviation;
      readonly at: Instant;
    }
  /** Seen again by a later observation. */
  | { readonly kind: "see"; readonly finding: Finding; readonly deviation: Deviation; readonly at: Instant }
  | { readonly kind: "resolve"; readonly finding: Finding; readonly resolution: string; readonly at: Instant }
  /** Seen again after it was resolved. */
  | { readonly kind: "regress"; readonly finding: Finding; readonly deviation: Deviation; readonly at: Instant };

/** A finding that an observation or a decision contradicts. */
export interface Gone {
  readonly fingerprint: string;
  readonly resolution: string;
}

/**
 * The life of a finding: new → unchanged → resolved → regressed → unchanged → …
 *
 * | finding            | seen (confirmed)                    | gone                               | neither |
 * | ------------------ | ----------------------------------- | ---------------------------------- | ------- |
 * | none               | open                                | –                                  | –       |
 * | new, regressed     | see (later than the last sighting)  | resolve (not before that sighting) | –       |
 * | unchanged          | see (later than the last sighting)  | resolve (not before that sighting) | –       |
 * | resolved           | regress                             | –                                  | –       |
 *
 * A deviation that is both seen and gone counts as seen. Evidence older than the last sighting resolves nothing. A
 * resolved finding that is seen again counts regardless of the clock, which may have been set back.
 *
 * @param existing findings by their fingerprint, resolved ones included
 * @param seen confirmed deviations; of those with the same fingerprint the first counts
 */
export function transitions(
  existing: readonly Finding[],
  seen: readonly Deviation[],
  gone: readonly Gone[],
  at: Instant,
  vantage: string,
): Transition[] {
  const known = new Map(existing.map((finding) => [finding.fingerprint, finding]));
  const sightings = new Map<string, Deviation>();
  for (const deviation of seen) {
    const mark = fingerprint(deviation, vantage);
    if (!sightings.has(mark)) sightings.set(mark, deviation);
  }
  const closings = new Map(gone.map((each) => [each.fingerprint, each.resolution]));

  const found: Transition[] = [];
  for (const [mark, deviation] of sightings) {
    const finding = known.get(mark);
    if (finding === undefined) found.push({ kind: "open", fingerprint: mark, vantage, deviation, at });
    else if (finding.status === "resolved") found.push({ kind: "regress", finding, deviation, at });
    else if (at > finding.lastSeenAt) found.push({ kind: "see", finding, deviation, at });
  }
  for (const [mark, resolution] of closings) {
    const finding = known.get(mark);
    if (finding === undefined || sightings.has(mark) || finding.status === "resolved") continue;
    if (at >= finding.lastSeenAt) found.push({ kind: "resolve", finding, resolution, at });
  }
  return found;
}

/** A finding after a transition; `id` is the number that the record gives a new one. */
export function afterTransition(transition: Transition, id: number): Finding {
  const { at } = transition;
  switch (transition.kind) {
    case "open": {
      const { summary, during } = transition.deviation;
      const { fingerprint: mark, vantage } = transition;
      const opened = { id, fingerprint: mark, vantage, summary, openedAt: at, lastSeenAt: at, status: "new" } as const;
      return { ...deviatingOf(transition.deviation), ...opened, ...(during === undefined ? {} : { during }) };
    }
    case "see":
      return seenAgain(transition.finding, transition.deviation, at, "unchanged");
    case "regress": {
      const { finding, deviation } = transition;
      const { resolvedAt: _at, resolution: _why, ...regressed } = seenAgain(finding, deviation, at, "regressed");
      return { ...regressed, ...deviatingOf(deviation) };
    }
    case "resolve":
      return {
        ...transition.finding,
        ...endOfGap(transition.finding.during, at),
        status: "resolved",
        resolvedAt: at,
        resolution: transition.resolution,
      };
  }
}

/** A gap that was still open ends when its finding is resolved. */
function endOfGap(during: Partial<Period> | undefined, at: Instant): Pick<Finding, "during"> {
  return during === undefined ? {} : { during: { ...during, to: during.to ?? at } };
}

function seenAgain(finding: Finding, deviation: Deviation, at: Instant, status: FindingStatus): Finding {
  const during = longerGap(finding.during, deviation.during);
  return {
    ...finding,
    status,
    lastSeenAt: at,
    summary: deviation.summary,
    ...remembering(finding.subject, deviatingOf(deviation)),
    ...(during === undefined ? {} : { during }),
  };
}

function deviatingOf({
  endpoints: _endpoints,
  summary: _summary,
  during: _during,
  ...deviating
}: Deviation): Deviating {
  return deviating;
}

/** A gap that is still open keeps its beginning and ends at the latest instant it is known to last. */
function longerGap(before: Partial<Period> | undefined, now: Partial<Period> | undefined): Partial<Period> | undefined {
  if (before === undefined || now === undefined) return now ?? before;
  // Seen again: the recorded end was not the end.
  const { from = now.from } = before;
  return { ...(from === undefined ? {} : { from }), ...(now.to === undefined ? {} : { to: now.to }) };
}

/**
 * The current subject, with every address and port it was seen on since it was opened: the finding is not resolved
 * while one of them has merely fallen silent.
 */
function remembering(before: DeviationSubject, now: Deviating): Deviating {
  const addresses = [...addressesOf(before), ...addressesOf(now.subject)];
  switch (now.kind) {
    case "unauthorized-open":
    case "authorization-expired":
    case "wrong-exposure": {
      const { kind, subject } = now;
      if (subject.about === "port") return { kind, subject: onAddresses(subject, addresses) };
      const ports = hull(before.about === "ports" ? before.ports : subject.ports, subject.ports);
      return { kind, subject: { ...subject, ports } };
    }
    case "service-changed":
    case "insecure-service":
    case "outdated-service":
      return { kind: now.kind, subject: onAddresses(now.subject, addresses) };
    case "expected-missing":
      return { kind: now.kind, subject: onAddresses(now.subject, addresses) };
    case "undeclared-asset":
      return { kind: now.kind, subject: now.subject };
    case "coverage-gap": {
      const { kind, subject } = now;
      return { kind, subject: subject.about === "asset" ? onAddresses(subject, addresses) : subject };
    }
  }
}

function hull(a: PortRange, b: PortRange): PortRange {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}
