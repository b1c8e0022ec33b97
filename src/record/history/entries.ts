import { endpointKey, formatInstant, type EndpointState, type EntryOf, type Instant } from "../../model/index.ts";
import type { StatedIdentity } from "./service-changes.ts";
import type { EndedInterval } from "./state-changes.ts";

type ObservedState = Exclude<EndpointState, "not-scanned">;

/**
 * A transition: the endpoint by `endpointKey`, its new state, since when, and the beginning of the interval that ended
 * with it (null: it is the first). A last member names the sweep that saw it, if it is not the entry's.
 */
export type StateChangeData =
  | readonly [endpoint: string, state: ObservedState, at: string, ended: string | null]
  | readonly [endpoint: string, state: ObservedState, at: string, ended: string | null, sweep: number];

/** When a look began, how long it took in milliseconds, and of a rolling sample its turn. */
type LookTime =
  readonly [from: string, milliseconds: number] | readonly [from: string, milliseconds: number, turn: number];

declare module "../../model/entry.ts" {
  interface EntryData {
    /** Assets whose addresses changed, since when, and to which ranges; none: nothing resolved, or it left the scope. */
    "addresses-changed": {
      readonly changes: readonly (readonly [asset: string, from: string, ranges: readonly string[]])[];
      /** Dated after a step of the clock: the latest of an asset is in force since the step. */
      readonly removed?: readonly (readonly [asset: string, from: string])[];
    };
    /** Every transition that a sweep made in the history, in as many entries as it takes. */
    "states-changed": {
      readonly sweep: number;
      readonly vantage: string;
      readonly changes: readonly StateChangeData[];
    };
    /** What a step of the clock took back: intervals from the future, and the ends of intervals that lasted until then. */
    "states-set-back": {
      readonly vantage: string;
      readonly removed: readonly (readonly [endpoint: string, since: string])[];
      readonly reopened: readonly (readonly [endpoint: string, since: string])[];
    };
    /** Looks of a vantage point since the last such entry. Each saw what an earlier sweep of it had seen. */
    "looks-recorded": {
      readonly vantage: string;
      /** The number of the last of them: the next entry of the vantage point begins after it. */
      readonly through: number;
      /** `states`: the states that the looks saw, as the entry of the sweep names them that saw them first. */
      readonly looks: readonly { readonly states: string; readonly times: readonly LookTime[] }[];
    };
    /** Every change that a sweep made in the recorded services; several entries where one would be too large. */
    "services-identified": {
      readonly sweep: number;
      readonly vantage: string;
      /** Null: hellos were sent, and the service is not known. Each lasts until an entry states its end. */
      readonly identified: readonly (readonly [endpoint: string, at: string, identity: StatedIdentity | null])[];
      /** The same services were identified again at `askedAt`: `tcp/10.0.0.5:22,80-90`, by address and transport. */
      readonly again: readonly string[];
      /** Hellos were sent again at `askedAt`, without a result that counts. */
      readonly unanswered: readonly string[];
      readonly askedAt?: string;
      /** Another service was identified, or the endpoint was no longer open. `since`: when the interval began. */
      readonly ended: readonly (readonly [endpoint: string, at: string, since: string])[];
    };
    /** The recorded services of a vantage point after the clock was set back. */
    "services-set-back": {
      readonly vantage: string;
      /** Began later than the step, and are no longer recorded. */
      readonly removed: readonly (readonly [endpoint: string, since: string])[];
      /** As they have been recorded since. */
      readonly corrected: readonly (readonly [
        endpoint: string,
        since: string,
        until: string | null,
        askedAt: string,
        identifiedAt: string | null,
      ])[];
    };
  }
}

/** An entry has at most a mebibyte; a transition between IPv6 states takes 150 bytes. */
const CHANGES = 4_000;

/** The entries for the transitions of a sweep, none where nothing changed. */
export function stateEntries(
  sweep: number,
  vantage: string,
  changes: readonly EndedInterval[],
  at: Instant,
): EntryOf<"states-changed">[] {
  const entries: EntryOf<"states-changed">[] = [];
  for (let first = 0; first < changes.length; first += CHANGES) {
    const listed = changes.slice(first, first + CHANGES).map((change) => changeData(sweep, change));
    entries.push({ type: "states-changed", at, data: { sweep, vantage, changes: listed } });
  }
  return entries;
}

function changeData(sweep: number, { endpoint, state, at, ended, sweepId }: EndedInterval): StateChangeData {
  const change = [
    endpointKey(endpoint),
    state,
    formatInstant(at),
    ended === undefined ? null : formatInstant(ended),
  ] as const;
  return sweepId === sweep ? change : [...change, sweepId];
}

/** An interval, by the beginning that it has in the record. */
export interface IntervalOf {
  readonly vantage: string;
  readonly endpoint: string;
  readonly since: Instant;
}

/** The entries for what a step of the clock took back, one or more for each vantage point that it concerns. */
export function setBackEntries(
  removed: readonly IntervalOf[],
  reopened: readonly IntervalOf[],
  at: Instant,
): EntryOf<"states-set-back">[] {
  const entries: EntryOf<"states-set-back">[] = [];
  for (const vantage of new Set([...removed, ...reopened].map((each) => each.vantage))) {
    const listed = (intervals: readonly IntervalOf[]) =>
      intervals
        .filter((each) => each.vantage === vantage)
        .map(({ endpoint, since }) => [endpoint, formatInstant(since)] as const);
    const [gone, lasting] = [listed(removed), listed(reopened)];
    for (let first = 0; first < Math.max(gone.length, lasting.length); first += CHANGES) {
      const part = <T>(all: readonly T[]): readonly T[] => all.slice(first, first + CHANGES);
      entries.push({ type: "states-set-back", at, data: { vantage, removed: part(gone), reopened: part(lasting) } });
    }
  }
  return entries;
}

/** A look on its way into an entry. */
export interface SealedLook {
  readonly id: number;
  readonly states: string;
  readonly turn: number | undefined;
  readonly from: Instant;
  readonly to: Instant;
}

/** The entry for looks of one vantage point, in the order of their numbers; at least one. */
export function looksEntry(vantage: string, looks: readonly SealedLook[], at: Instant): EntryOf<"looks-recorded"> {
  const byStates = Map.groupBy(looks, ({ states }) => states);
  return {
    type: "looks-recorded",
    at,
    data: {
      vantage,
      through: looks.at(-1)?.id ?? 0,
      looks: [...byStates].map(([states, alike]) => ({ states, times: alike.map(timeOf) })),
    },
  };
}

function timeOf({ from, to, turn }: SealedLook): LookTime {
  const time = [formatInstant(from), to - from] as const;
  return turn === undefined ? time : [...time, turn];
}
