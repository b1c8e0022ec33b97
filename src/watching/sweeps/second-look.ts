import { SERVICE_KINDS } from "../../judgement/baseline/index.ts";
import { endpointKey, type Deviation, type Endpoint } from "../../model/index.ts";
import { floodingAddresses } from "./canaries.ts";
import type { SweepOutcome } from "./sweep-outcome.ts";

/** What the first probes are compared with to choose the endpoints of the second ones. */
export interface FirstLook {
  readonly outcome: Pick<SweepOutcome, "stateOf" | "open">;
  /** The endpoints of the plan that the history currently holds as open. */
  readonly heldOpen: readonly Endpoint[];
  /** The deviations that the first probes would show. */
  readonly deviations: readonly Deviation[];
  /** Whether a finding about that deviation is already open: it was confirmed when it was opened. */
  isActive(deviation: Deviation): boolean;
}

/**
 * The endpoints that get an immediate second probe: all that changed since the last probe (in either direction), and
 * all that would open a finding. Unchanged endpoints get none. An address that answers on thousands of ports, or did,
 * gets second probes only for a sample: the endpoints its deviation rests on.
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

/**
 * Whether the deviation is about which service answers, not about whether one does: identifying the service again is
 * then its second probe.
 */
export function isAboutService({ kind }: Pick<Deviation, "kind">): boolean {
  return SERVICE_KINDS.some((each) => each === kind);
}

/**
 * Whether the deviation may become a finding: it already is one, or every endpoint it rests on had a second probe in
 * this sweep (after which the deviation was still found).
 */
export function isConfirmed(
  deviation: Deviation,
  isActive: (deviation: Deviation) => boolean,
  lookedAtTwice: ReadonlySet<string>,
): boolean {
  if (isActive(deviation)) return true;
  return deviation.endpoints.length > 0 && deviation.endpoints.every((each) => lookedAtTwice.has(endpointKey(each)));
}
