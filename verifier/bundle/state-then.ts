import { endpointText, type Endpoint } from "../endpoint.ts";
import type { Look, Transition } from "./facts.ts";
import { stateIn } from "../host-leaf.ts";
import type { BundleRecord } from "./verify.ts";

/** The state of an endpoint at an instant, as one vantage point knew it. */
export interface StateThen {
  /** `unknown`: nobody looked in time. It is never `closed`. */
  readonly state: string;
  /** The look that the state rests on; absent: a transition alone, or nothing. */
  readonly look?: Look | undefined;
  readonly lookedAt?: number;
  /** When the state began: exact, from an entry that records the transition. */
  readonly transition?: Transition;
  /** Without a transition in the bundle: the earliest look in an unbroken row of looks that saw the same. */
  readonly sameSince?: Look;
  /** Of an unknown state: the last look before the instant that covered the endpoint. */
  readonly lastLook: Look | undefined;
}

/**
 * The rule of the record, `portolan at`: a tracked endpoint is in the state of its last transition, any other in that of
 * the latest trusted look that covered it; either only if a look or the transition is not older than the staleness.
 */
export function stateThen(
  record: BundleRecord,
  endpoint: Endpoint,
  vantage: string,
  question: { readonly at: number; readonly staleness: number },
): StateThen {
  const { at, staleness } = question;
  const looks = (record.facts.looks.get(vantage) ?? [])
    .filter((look) => look.trusted && look.to <= at)
    .sort((a, b) => b.to - a.to || b.entry - a.entry);
  const transitions = record.facts.transitions.get(`${vantage} ${endpointText(endpoint)}`) ?? [];
  const transition = transitions.filter((each) => each.at <= at).reduce<Transition | undefined>(later, undefined);
  const stateSeen = memory(record, endpoint);

  const lookIndex = looks.findIndex((look) => stateSeen(look.states) !== undefined);
  const look = looks[lookIndex];
  const fresh = look !== undefined && at <= look.to + staleness ? look : undefined;
  const known = { lastLook: look };
  if (transition !== undefined) {
    if (fresh === undefined && at > transition.at + staleness) return { ...known, state: "unknown", transition };
    const lookedAt = Math.max(fresh?.to ?? transition.at, transition.at);
    return { ...known, state: transition.state, transition, lookedAt, look: fresh };
  }
  if (fresh === undefined) return { ...known, state: "unknown" };
  const state = stateSeen(fresh.states) ?? "unknown";
  let sameSince = fresh;
  for (const earlier of looks.slice(lookIndex + 1)) {
    const saw = stateSeen(earlier.states);
    if (saw === undefined) continue;
    if (saw !== state) break;
    sameSince = earlier;
  }
  return { ...known, state, look: fresh, lookedAt: fresh.to, sameSince };
}

function later(a: Transition | undefined, b: Transition): Transition {
  return a === undefined || b.at >= a.at ? b : a;
}

/** The state of the endpoint in each set; many looks share few sets. */
function memory(record: BundleRecord, { address, transport, port }: Endpoint): (states: string) => string | undefined {
  const seen = new Map<string, string | undefined>();
  return (states) => {
    if (!seen.has(states)) {
      const set = record.states.find(states);
      const leaf = set === undefined ? undefined : record.states.leafOf(set, address);
      seen.set(states, leaf === undefined ? undefined : stateIn(leaf, transport, port));
    }
    return seen.get(states);
  };
}
