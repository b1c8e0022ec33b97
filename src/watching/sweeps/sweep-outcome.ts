import {
  ENDPOINT_STATES,
  stateCode,
  stateOfCode,
  type Endpoint,
  type EndpointState,
  type Instant,
  type StateAt,
  type SweepCounts,
} from "../../model/index.ts";
import type { ObservedRun } from "../../record/history/index.ts";
import { classify, type Plan } from "../../sensing/scanner/index.ts";
import { observedRuns, type JournaledChunk, type SecondLook } from "./observed-runs.ts";

/** The second probes, after the first ones. */
export interface SecondLooks {
  /** The run that the second probes belong to. */
  readonly run: number;
  readonly looks: readonly SecondLook[];
  /**
   * Endpoints whose first probe showed a change and that got no second one because the sweep was stopped: counted as
   * not scanned.
   */
  readonly undecided: readonly Endpoint[];
}

/** Where silence must not be read as a filter. */
export interface Doubt {
  /** Addresses whose silence may be loss, or a limit on refusals. */
  readonly addresses: ReadonlySet<string>;
  /** A process that no longer exists probed everything before this index, and its knowledge of the networks is lost. */
  readonly knownFrom: number;
}

/** Addresses with a probed endpoint. Most addresses of a range belong to nobody, so silence is counted by host. */
export interface HostCounts {
  /** They accepted or refused something. */
  readonly answered: number;
  readonly silent: number;
  /** Endpoints of silent hosts: without a response, or unreachable. */
  readonly silentEndpoints: number;
}

/** The results of a sweep, endpoint by endpoint, after classification and second probes. */
export interface SweepOutcome {
  readonly counts: SweepCounts;
  readonly hosts: HostCounts;
  /** `unknown` for endpoints that the sweep did not probe. */
  stateOf(endpoint: Endpoint): StateAt;
  /** Whether the address answered anything, with an accept or a refusal. */
  answered(address: string): boolean;
  /** Whether the address of the endpoint answered on a port other than its own. */
  answersElsewhere(endpoint: Endpoint): boolean;
  /** For an address that did not answer: whether anything reported that it has no route. */
  silence(address: string): "no-response" | "unreachable";
  /** Addresses with at least one probed endpoint. */
  readonly lookedAt: ReadonlySet<string>;
  /** The open endpoints, by address. */
  readonly open: ReadonlyMap<string, readonly Endpoint[]>;
  /** When the endpoint was observed in its state; exact for endpoints that were open or probed twice. */
  seenAt(endpoint: Endpoint): Instant | undefined;
  /** One coverage per uninterrupted run, for the history. */
  observedRuns(): ObservedRun[];
}

/**
 * Combines the journal of a sweep. Memory: one byte per endpoint of the plan, plus the open endpoints.
 *
 * An endpoint that was probed twice counts once, in its later state and in the run of the second probe.
 */
export function gatherOutcome(
  plan: Plan,
  chunks: readonly JournaledChunk[],
  secondLooks: SecondLooks,
  doubt: Doubt,
): SweepOutcome {
  const states = new Uint8Array(plan.size);
  const openAt = new Map<number, Instant>();
  for (const chunk of chunks) {
    states.set(chunk.states, chunk.firstIndex);
    for (const [index, at] of chunk.openAt) openAt.set(index, at);
  }
  const secondLook = new Map<number, SecondLook>();
  for (const look of secondLooks.looks) {
    const index = plan.indexOf(look.endpoint);
    if (index >= 0) secondLook.set(index, look);
  }

  for (const endpoint of secondLooks.undecided) {
    const index = plan.indexOf(endpoint);
    if (index >= 0) states[index] = stateCode("not-scanned");
  }

  const answering = new Map<string, number>();
  const unreachable = new Set<string>();
  const lookedAt = new Set<string>();
  const rawState = (index: number): EndpointState => secondLook.get(index)?.state ?? stateOfCode(states[index] ?? 0);
  for (let index = 0; index < plan.size; index += 1) {
    const state = rawState(index);
    if (state === "not-scanned") continue;
    const { address } = plan.at(index);
    lookedAt.add(address);
    if (isAnswer(state)) answering.set(address, (answering.get(address) ?? 0) + 1);
    if (state === "unreachable") unreachable.add(address);
  }

  const isDoubtful = (index: number, address: string): boolean =>
    doubt.addresses.has(address) || (index < doubt.knownFrom && !secondLook.has(index));
  const finalState = (index: number, { address, transport }: Endpoint): EndpointState =>
    classify(rawState(index), transport, answering.has(address), unreachable.has(address), isDoubtful(index, address));

  const counts = Object.fromEntries(ENDPOINT_STATES.map((state) => [state, 0])) as Record<EndpointState, number>;
  const open = new Map<string, Endpoint[]>();
  let silentEndpoints = 0;
  for (let index = 0; index < plan.size; index += 1) {
    const endpoint = plan.at(index);
    const state = finalState(index, endpoint);
    counts[state] += 1;
    const isSilent = state === "no-response" || state === "unreachable";
    if (isSilent && !answering.has(endpoint.address)) silentEndpoints += 1;
    if (state !== "open") continue;
    const onHost = open.get(endpoint.address);
    if (onHost === undefined) open.set(endpoint.address, [endpoint]);
    else onHost.push(endpoint);
  }
  for (const endpoints of open.values()) endpoints.sort((a, b) => a.port - b.port);

  return {
    counts,
    hosts: { answered: answering.size, silent: lookedAt.size - answering.size, silentEndpoints },
    lookedAt,
    open,
    answered: (address) => answering.has(address),
    answersElsewhere(endpoint) {
      const index = plan.indexOf(endpoint);
      const own = index >= 0 && isAnswer(rawState(index)) ? 1 : 0;
      return (answering.get(endpoint.address) ?? 0) > own;
    },
    silence: (address) => (unreachable.has(address) ? "unreachable" : "no-response"),

    stateOf(endpoint) {
      const index = plan.indexOf(endpoint);
      if (index < 0) return "unknown";
      const state = finalState(index, endpoint);
      return state === "not-scanned" ? "unknown" : state;
    },

    seenAt(endpoint) {
      const index = plan.indexOf(endpoint);
      return secondLook.get(index)?.at ?? openAt.get(index);
    },

    observedRuns: () =>
      observedRuns({ plan, chunks, secondRun: secondLooks.run, secondLook, stateOf: finalState, openAt }),
  };
}

function isAnswer(state: EndpointState): boolean {
  return state === "open" || state === "closed";
}
