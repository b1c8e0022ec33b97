import { type Endpoint, endpointKey, type Instant } from "../../model/index.ts";
import type { ObservedState } from "./coverage.ts";

/** One run of a trusted sweep, as far as the folding of single endpoints needs it. */
export interface Look {
  readonly sweepId: number;
  readonly run: number;
  readonly probedFrom: Instant;
  readonly probedTo: Instant;
  /** What it saw; undefined when it did not look there. */
  stateOf(endpoint: Endpoint): ObservedState | undefined;
}

/** The interval that lasts until further notice. */
export interface CurrentInterval {
  readonly endpoint: Endpoint;
  readonly state: ObservedState;
  readonly since: Instant;
}

/** Something seen that differs from what the record says, or an endpoint's first `open`. */
export interface Candidate {
  readonly endpoint: Endpoint;
  readonly state: ObservedState;
  /** The earliest and the latest time it can have been seen; equal when the time is exact. */
  readonly from: Instant;
  readonly at: Instant;
  readonly current: CurrentInterval | undefined;
}

/** From `at` on the endpoint is in `state`; what lasted until then, if anything, ends there. */
export interface StateTransition {
  readonly endpoint: Endpoint;
  readonly at: Instant;
  readonly state: ObservedState;
  /** The sweep that saw it. */
  readonly sweepId: number;
}

export interface Candidates {
  readonly candidates: Candidate[];
  readonly ignored: number;
}

/**
 * What a look could change. An endpoint is tracked from its first `open` on; one that never was open has no interval.
 * An observation counts at its exact time, or else at the end of the look. It is ignored when
 *
 * - it is not later than the beginning of the interval it would end (out of order), or
 * - it is not an `open`, its exact time is not known, and that interval began while the look was under way: nobody
 *   can say which of the two came first. An `open` is never ignored for that, so doubt hides no open port.
 *
 * @param current the current interval of each tracked endpoint, by endpointKey; others than those looked at do no harm
 * @param opens every endpoint that the look saw open
 * @param times exact times, by endpointKey
 */
export function candidatesOf(
  look: Look,
  current: ReadonlyMap<string, CurrentInterval>,
  opens: Iterable<Endpoint>,
  times: ReadonlyMap<string, Instant>,
): Candidates {
  const candidates: Candidate[] = [];
  let ignored = 0;
  for (const [key, interval] of current) {
    const state = look.stateOf(interval.endpoint);
    if (state === undefined || state === interval.state) continue;
    const exact = times.get(key);
    const at = exact ?? look.probedTo;
    const from = exact ?? look.probedFrom;
    if (at <= interval.since || (from < interval.since && state !== "open")) ignored++;
    else candidates.push({ endpoint: interval.endpoint, state, from, at, current: interval });
  }
  for (const endpoint of opens) {
    const key = endpointKey(endpoint);
    if (current.has(key)) continue;
    const exact = times.get(key);
    candidates.push({
      endpoint,
      state: "open",
      from: exact ?? look.probedFrom,
      at: exact ?? look.probedTo,
      current: undefined,
    });
  }
  return { candidates, ignored };
}

/**
 * The transitions of one candidate, in order of time; none when it is ignored after all.
 *
 * Sweeps may overlap, and a long one is folded after short ones that began later. `others` are the looks already in
 * the record that ended after the candidate's window began. Those that began at or after its time are later: they are
 * played again on top of it. One that overlaps the window and saw another state makes an observation that is not an
 * `open` ambiguous, and it is ignored.
 */
export function settle(candidate: Candidate, sweepId: number, others: readonly Look[]): StateTransition[] {
  const { endpoint, from, at } = candidate;
  const transitions: StateTransition[] = [{ endpoint, at, state: candidate.state, sweepId }];
  const later: { look: Look; state: ObservedState }[] = [];
  for (const look of others) {
    const state = look.stateOf(endpoint);
    if (state === undefined) continue;
    if (look.probedFrom >= at) later.push({ look, state });
    else if (look.probedTo > from && candidate.state !== "open" && state !== candidate.state) return [];
  }
  later.sort((a, b) => compareLooks(a.look, b.look));
  let last = transitions[0];
  for (const { look, state } of later) {
    if (last === undefined || state === last.state || look.probedTo <= last.at) continue;
    transitions.push((last = { endpoint, at: look.probedTo, state, sweepId: look.sweepId }));
  }
  return transitions;
}

/** Earlier looks first; of two that ended together, the one of the later sweep and run counts as later. */
export function compareLooks(
  a: Pick<Look, "probedTo" | "sweepId" | "run">,
  b: Pick<Look, "probedTo" | "sweepId" | "run">,
): number {
  return a.probedTo - b.probedTo || a.sweepId - b.sweepId || a.run - b.run;
}

/** What became of a look in the record. */
export interface FoldResult {
  /** Endpoints that went to `open`, whether for the first time or again. */
  readonly opened: number;
  /** Endpoints that were `open` and are something else now. */
  readonly closed: number;
  /** Endpoints that went from one state to another, neither of them `open`. */
  readonly changed: number;
  /** Observations that contradicted the record and were not later than what it says. */
  readonly ignoredOutOfOrder: number;
}
