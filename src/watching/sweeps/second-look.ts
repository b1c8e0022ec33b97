import { SERVICE_KINDS } from "../../judgement/baseline/index.ts";
import { endpointKey, type Deviation, type Endpoint } from "../../model/index.ts";
import { floodingAddresses } from "./canaries.ts";
import type { SweepOutcome } from "./sweep-outcome.ts";

/** What the first look is compared with to find out what must be looked at twice. */
export interface FirstLook {
  readonly outcome: Pick<SweepOutcome, "stateOf" | "open">;
  /** What the history holds for open right now, of the endpoints in the plan. */
  readonly heldOpen: readonly Endpoint[];
  /** What the first look would deviate in. */
  readonly deviations: readonly Deviation[];
  /** Whether a finding about that deviation is open already: it was confirmed when it was opened. */
  isActive(deviation: Deviation): boolean;
}

/**
 * The endpoints that get an immediate second probe: everything that changed since the last look (in either
 * direction), and everything that would open a finding. What is as it was is left alone. Of an address that answers for
 * thousands of ports, or did, only what its deviation rests on: a sample.
 */
export function secondLookAt({ outcome, heldOpen, deviations, isActive }: FirstLook): Endpoint[] {
  const wanted = new Map<string, Endpoint>();
  const want = (endpoint: Endpoint): void => void wanted.set(endpointKey(endpoint), endpoint);
  const held = new Set(heldOpen.map(endpointKey));

  const changed = [
    ...[...outcome.open.values()].flat().filter((endpoint) => !held.has(endpointKey(endpoint))),
    ...heldOpen.filter((endpoint) => {
      const state = outcome.stateOf(endpoint);
      return state !== "open" && state !== "unknown";
    }),
  ];
  const floods = floodingAddresses(changed);
  for (const endpoint of changed) if (!floods.has(endpoint.address)) want(endpoint);
  for (const deviation of deviations) {
    if (!isActive(deviation)) for (const endpoint of deviation.endpoints) want(endpoint);
  }
  return [...wanted.values()];
}

/** Whether it rests on what answers, and not on whether anything does: then asking again is its second look. */
export function isAboutService({ kind }: Pick<Deviation, "kind">): boolean {
  return SERVICE_KINDS.some((each) => each === kind);
}

/**
 * Whether the deviation may become a finding: it is one already, or every endpoint it rests on had a second look in
 * this sweep (after which the deviation was found again).
 */
export function isConfirmed(
  deviation: Deviation,
  isActive: (deviation: Deviation) => boolean,
  lookedAtTwice: ReadonlySet<string>,
): boolean {
  if (isActive(deviation)) return true;
  return deviation.endpoints.length > 0 && deviation.endpoints.every((each) => lookedAtTwice.has(endpointKey(each)));
}
