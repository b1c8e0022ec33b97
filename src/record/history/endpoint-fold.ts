import { type Endpoint, endpointKey, type Instant } from "../../model/index.ts";
import type { ObservedState } from "./coverage.ts";
import { judge, type Seen, settle, type Subject } from "./fold.ts";

/** One run of a trusted sweep, with the data that folding single endpoints needs. */
export interface Look {
  readonly sweepId: number;
  readonly run: number;
  readonly probedFrom: Instant;
  readonly probedTo: Instant;
  /** The observed state; undefined if it did not probe the endpoint. */
  stateOf(endpoint: Endpoint): ObservedState | undefined;
}

/** The interval that lasts until further notice. */
export interface CurrentInterval {
  readonly endpoint: Endpoint;
  readonly state: ObservedState;
  readonly since: Instant;
}

/** An observation that differs from the record, or an endpoint's first `open`. */
export interface Candidate {
  readonly endpoint: Endpoint;
  readonly state: ObservedState;
  /** The earliest and the latest possible time of the observation; equal when the time is exact. */
  readonly from: Instant;
  readonly at: Instant;
  readonly current: CurrentInterval | undefined;
}

/** From `at` on the endpoint is in `state`; the interval that lasted until then, if any, ends. */
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

/** An endpoint is tracked from its first `open` on; one that was never open has no interval. */
const STATES: Subject<ObservedState> = {
  isSame: (a, b) => a === b,
  isThere: (state) => state === "open",
};

/**
 * The changes that a look could make. An observation counts at its exact time, or else at the end of the look.
 *
 * @param current the current interval of each tracked endpoint, by endpointKey; endpoints that were not probed do no
 * harm
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
  const consider = (key: string, endpoint: Endpoint, state: ObservedState, interval?: CurrentInterval): void => {
    const exact = times.get(key);
    const seen = { value: state, from: exact ?? look.probedFrom, at: exact ?? look.probedTo };
    const held = interval === undefined ? undefined : { value: interval.state, since: interval.since };
    switch (judge(STATES, held, seen)) {
      case "unchanged":
        break;
      case "ignored":
        ignored++;
        break;
      case "changed":
        candidates.push({ endpoint, state, from: seen.from, at: seen.at, current: interval });
    }
  };
  for (const [key, interval] of current) {
    const state = look.stateOf(interval.endpoint);
    if (state !== undefined) consider(key, interval.endpoint, state, interval);
  }
  for (const endpoint of opens) {
    const key = endpointKey(endpoint);
    if (!current.has(key)) consider(key, endpoint, "open");
  }
  return { candidates, ignored };
}

/**
 * The transitions of one candidate, in order of time; none when it is ignored after all.
 *
 * Sweeps may overlap, and a long one is folded after short ones that began later. `others` are the looks already in
 * the record that ended after the candidate's window began, by {@link compareLooks}.
 */
export function transitionsOf(candidate: Candidate, sweepId: number, others: readonly Look[]): StateTransition[] {
  const { endpoint, state, from, at } = candidate;
  const theirs: (Seen<ObservedState> & { sweepId: number })[] = [];
  for (const look of others) {
    const value = look.stateOf(endpoint);
    if (value === undefined) continue;
    theirs.push({ value, from: look.probedFrom, at: look.probedTo, sweepId: look.sweepId });
  }
  return settle(STATES, { value: state, from, at, sweepId }, theirs).map((seen) => ({
    endpoint,
    at: seen.at,
    state: seen.value,
    sweepId: seen.sweepId,
  }));
}

/** Earlier looks first; of two that ended together, the one of the later sweep and run counts as later. */
export function compareLooks(
  a: Pick<Look, "probedTo" | "sweepId" | "run">,
  b: Pick<Look, "probedTo" | "sweepId" | "run">,
): number {
  return a.probedTo - b.probedTo || a.sweepId - b.sweepId || a.run - b.run;
}

/** The changes that a look made in the record. */
export interface FoldResult {
  /** Endpoints that went to `open`, whether for the first time or again. */
  readonly opened: number;
  /** Endpoints that went from `open` to another state. */
  readonly closed: number;
  /** Endpoints that went from one state to another, neither of them `open`. */
  readonly changed: number;
  /** Observations that contradicted the record but were not later than its state. */
  readonly ignoredOutOfOrder: number;
}
