import type { Instant } from "../../model/index.ts";
import type { StateTransition } from "./endpoint-fold.ts";

/** A transition, with the beginning of the interval that it ended; absent: it is the endpoint's first. */
export interface EndedInterval extends StateTransition {
  readonly ended?: Instant | undefined;
}

/** The transitions of one endpoint in order: each ends the one before, the first one what the record holds. */
export function withEnded(
  transitions: readonly StateTransition[],
  current: { readonly since: Instant } | undefined,
): EndedInterval[] {
  return transitions.map((transition, index) => ({
    ...transition,
    ended: transitions[index - 1]?.at ?? current?.since,
  }));
}
