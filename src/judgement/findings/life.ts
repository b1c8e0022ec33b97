import {
  isOpen,
  type Deviating,
  type Deviation,
  type Duration,
  type Finding,
  type Instant,
  type Period,
} from "../../model/index.ts";
import canonicalize from "canonicalize";
import { fingerprint, type Settlement } from "../baseline/index.ts";
import { episodesOf } from "./episodes.ts";
import { remaining, seenAt, settledNow, together, withoutSettled } from "./program-life.ts";
import { remembering, withoutAddresses } from "./subject-life.ts";

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
  /** Seen again, and different: its subject, its summary or its gap. */
  | {
      readonly kind: "see";
      readonly finding: Finding;
      readonly deviation: Deviation;
      /** Endpoints of a program that the same observation contradicts. */
      readonly settled: readonly Settlement[];
      readonly at: Instant;
    }
  /** A program is gone from some of its endpoints, and not from all of them. */
  | {
      readonly kind: "settle";
      readonly finding: Finding;
      readonly settled: readonly Settlement[];
      readonly at: Instant;
    }
  /** A decision authorizes some of its addresses, and not all of them. */
  | { readonly kind: "narrow"; readonly finding: Finding; readonly authorized: readonly string[]; readonly at: Instant }
  | {
      readonly kind: "resolve";
      readonly finding: Finding;
      readonly resolution: string;
      /** Of a program: its last endpoints. */
      readonly settled?: readonly Settlement[];
      readonly at: Instant;
    }
  /** A version of the scope, recorded at `at`, no longer covers it. */
  | { readonly kind: "leave"; readonly finding: Finding; readonly scopeVersion: number; readonly at: Instant }
  /** Seen again after it had ended. */
  | { readonly kind: "regress"; readonly finding: Finding; readonly deviation: Deviation; readonly at: Instant };

/**
 * A finding that an observation or a decision contradicts, a program that observations contradict on some of its
 * endpoints, a finding that a decision authorizes on some of its addresses, or one that a version of the scope no longer
 * covers.
 */
export type Gone = { readonly fingerprint: string } & (
  | { readonly resolution: string }
  | { readonly settled: readonly Settlement[] }
  | { readonly authorized: readonly string[] }
  | { readonly scopeVersion: number }
);

/**
 * The life of a finding: new → unchanged → resolved or out of scope → regressed → unchanged → …
 *
 * | finding                | seen (confirmed)                   | gone                               | out of scope |
 * | ---------------------- | ---------------------------------- | ---------------------------------- | ------------ |
 * | none                   | open                               | –                                  | –            |
 * | new, regressed         | see, if it says something new      | resolve (not before that sighting) | leave        |
 * | unchanged              | see, if it says something new      | resolve (not before that sighting) | leave        |
 * | resolved, out-of-scope | regress: its next episode          | –                                  | –            |
 *
 * A program is resolved once its last endpoint is settled; until then a settled one only leaves its list. Each endpoint
 * has a last sighting of its own, so that one vantage point cannot hold back what another one observes.
 *
 * A finding about an asset with several addresses leaves those that a decision authorizes (narrow): the port being open
 * there is no sighting any longer.
 *
 * A deviation that is both seen and gone counts as seen. Evidence older than the last sighting resolves nothing. A
 * finding that is seen again after it ended counts regardless of the clock, which may have been set back.
 *
 * A sighting that says nothing new makes no transition: the history shows when a finding was last seen (sighting.ts).
 *
 * @param existing findings by their fingerprint, ended ones included
 * @param seen confirmed deviations; of those with the same fingerprint the first counts, or all endpoints of a program
 * @param noteEvery a sighting that is so much later than the last one counts as news: for what the history does not show
 */
export function transitions(
  existing: readonly Finding[],
  seen: readonly Deviation[],
  gone: readonly Gone[],
  at: Instant,
  vantage: string,
  noteEvery: Duration = Infinity,
): Transition[] {
  const known = new Map(existing.map((finding) => [finding.fingerprint, finding]));
  const sightings = new Map<string, Deviation>();
  for (const deviation of seen) {
    const mark = fingerprint(deviation, vantage);
    const before = sightings.get(mark);
    sightings.set(mark, before === undefined ? deviation : together(before, deviation));
  }
  const closings = new Map(gone.map((each) => [each.fingerprint, each]));

  const found: Transition[] = [];
  for (const [mark, deviation] of sightings) {
    const finding = known.get(mark);
    if (finding === undefined) found.push({ kind: "open", fingerprint: mark, vantage, deviation, at });
    else if (!isOpen(finding)) found.push({ kind: "regress", finding, deviation, at });
    else {
      const settled = settledNow(finding, settledIn(closings.get(mark)), at);
      const see = { kind: "see", finding, deviation, settled, at } as const;
      if (
        at - finding.lastSeenAt >= noteEvery ||
        settled.length > 0 ||
        isNews(finding, afterTransition(see, finding.id))
      )
        found.push(see);
    }
  }
  for (const [mark, ending] of closings) {
    const finding = known.get(mark);
    if (finding === undefined || sightings.has(mark) || !isOpen(finding)) continue;
    if ("settled" in ending) {
      const settled = settledNow(finding, ending, at);
      if (settled.length === 0) continue;
      if (remaining(finding, settled).length > 0) found.push({ kind: "settle", finding, settled, at });
      else {
        const resolution = settled.map(({ observed }) => observed).join("; ");
        found.push({ kind: "resolve", finding, resolution, settled, at });
      }
    } else if ("authorized" in ending) {
      const { authorized } = ending;
      const left = withoutAddresses(finding, authorized);
      if (left !== undefined) found.push({ kind: "narrow", finding, authorized, at });
    } else if ("scopeVersion" in ending) found.push({ kind: "leave", finding, scopeVersion: ending.scopeVersion, at });
    else if (at >= finding.lastSeenAt) found.push({ kind: "resolve", finding, resolution: ending.resolution, at });
  }
  return found;
}

/** Whether a finding says something else than before, its last sighting aside. */
function isNews(before: Finding, after: Finding): boolean {
  return saidOf(before) !== saidOf(after);
}

function saidOf({ subject, summary, during }: Finding): string | undefined {
  const timeless =
    subject.about === "program"
      ? { ...subject, endpoints: subject.endpoints.map(({ seenAt: _seenAt, ...each }) => each) }
      : subject;
  return canonicalize([timeless, summary, during ?? null]);
}

/** Whether there is any transition among them. */
export function changesFindings(shown: {
  readonly standing: readonly Finding[];
  readonly seen: readonly Deviation[];
  readonly gone: readonly Gone[];
  readonly at: Instant;
  readonly vantage: string;
}): boolean {
  return transitions(shown.standing, shown.seen, shown.gone, shown.at, shown.vantage).length > 0;
}

function settledIn(ending: Gone | undefined): { readonly settled?: readonly Settlement[] } {
  return ending !== undefined && "settled" in ending ? ending : {};
}

/** A finding after a transition; `id` is the number that the record gives a new one. */
export function afterTransition(transition: Transition, id: number): Finding {
  const { at } = transition;
  switch (transition.kind) {
    case "open": {
      const { summary, during } = transition.deviation;
      const { fingerprint: mark, vantage } = transition;
      const opened = { id, fingerprint: mark, vantage, summary, openedAt: at, lastSeenAt: at, status: "new" } as const;
      return {
        ...seenAt(deviatingOf(transition.deviation), at),
        ...opened,
        ...(during === undefined ? {} : { during }),
      };
    }
    case "see":
      return {
        ...seenAgain(withoutSettled(transition.finding, transition.settled), transition.deviation, at),
        status: "unchanged",
      };
    case "settle":
      return withoutSettled(transition.finding, transition.settled);
    case "narrow": {
      const { finding, authorized } = transition;
      return { ...finding, ...withoutAddresses(finding, authorized) };
    }
    case "regress": {
      const { finding, deviation } = transition;
      const { resolvedAt: _at, resolution: _why, outOfScope: _scope, ...again } = finding;
      const regressed = seenAgain(again, deviation, at);
      return {
        ...regressed,
        ...seenAt(deviatingOf(deviation), at),
        status: "regressed",
        openedAt: at,
        lastSeenAt: at,
        earlier: episodesOf(finding),
      };
    }
    case "resolve":
      return {
        ...transition.finding,
        ...endOfGap(transition.finding.during, at),
        status: "resolved",
        // The last endpoint of a program may be settled by a sweep that began before another vantage point saw it elsewhere.
        resolvedAt: Math.max(at, transition.finding.lastSeenAt),
        resolution: transition.resolution,
      };
    case "leave": {
      const { finding, scopeVersion: version } = transition;
      // A sweep that began before the version was recorded may have seen it after that.
      const left = Math.max(at, finding.lastSeenAt);
      return {
        ...finding,
        ...endOfGap(finding.during, left),
        status: "out-of-scope",
        outOfScope: { at: left, version },
      };
    }
  }
}

/** A gap that was still open ends with its finding. */
function endOfGap(during: Partial<Period> | undefined, at: Instant): Pick<Finding, "during"> {
  return during === undefined ? {} : { during: { ...during, to: during.to ?? at } };
}

function seenAgain(finding: Finding, deviation: Deviation, at: Instant): Finding {
  const during = longerGap(finding.during, deviation.during);
  return {
    ...finding,
    lastSeenAt: Math.max(at, finding.lastSeenAt),
    summary: deviation.summary,
    ...remembering(finding.subject, seenAt(deviatingOf(deviation), at)),
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
