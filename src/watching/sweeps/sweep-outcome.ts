import {
  ENDPOINT_STATES,
  endpointKey,
  stateCode,
  stateOfCode,
  type Endpoint,
  type EndpointState,
  type Instant,
  type StateAt,
  type SweepCounts,
} from "../../model/index.ts";
import { createCoverageBuilder, type ObservedRun } from "../../record/history/index.ts";
import { classify, type Plan } from "../../sensing/scanner/index.ts";
import type { Chunk } from "./journal.ts";

/** A chunk as read back, with the start of the sweep (0 the first, 1 after one resumption, …) that it belongs to. */
export interface JournaledChunk extends Chunk {
  readonly run: number;
}

/** The second probe of one endpoint. Being the later observation, it decides the state. */
export interface SecondLook {
  readonly endpoint: Endpoint;
  readonly state: Exclude<EndpointState, "not-scanned">;
  readonly at: Instant;
}

/** What came after the first look. */
export interface SecondLooks {
  /** The run that the second looks belong to. */
  readonly run: number;
  readonly looks: readonly SecondLook[];
  /** Changed by the first look and never looked at again, because the sweep was stopped: counted as not scanned. */
  readonly undecided: readonly Endpoint[];
}

/** Where silence must not be read as a filter. */
export interface Doubt {
  /** Addresses whose silence may be loss, or a limit on refusals. */
  readonly addresses: ReadonlySet<string>;
  /** What lies before was probed by a process that is gone, and with it what it knew of the networks. */
  readonly knownFrom: number;
}

/** What a sweep found, endpoint by endpoint, after classification and second looks. */
export interface SweepOutcome {
  readonly counts: SweepCounts;
  /** `unknown` for what the sweep did not look at. */
  stateOf(endpoint: Endpoint): StateAt;
  /** Whether the address answered anything, with an accept or a refusal. */
  answered(address: string): boolean;
  /** Whether the address of the endpoint answered on another port than that. */
  answersElsewhere(endpoint: Endpoint): boolean;
  /** Of an address that did not answer: whether anything said that there is no way to it. */
  silence(address: string): "no-response" | "unreachable";
  /** Addresses on which at least one endpoint was looked at. */
  readonly lookedAt: ReadonlySet<string>;
  /** What is open, by address. */
  readonly open: ReadonlyMap<string, readonly Endpoint[]>;
  /** When the endpoint was seen in the state it has; exact for what was open or looked at twice. */
  seenAt(endpoint: Endpoint): Instant | undefined;
  /** One coverage for each uninterrupted run, for the history. */
  observedRuns(): ObservedRun[];
}

/**
 * Puts the journal of a sweep together. Memory: one byte an endpoint of the plan, plus what is open.
 *
 * An endpoint that was looked at twice counts once, in its later state and in the run of the second look.
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
  for (let index = 0; index < plan.size; index += 1) {
    const endpoint = plan.at(index);
    const state = finalState(index, endpoint);
    counts[state] += 1;
    if (state !== "open") continue;
    const onHost = open.get(endpoint.address);
    if (onHost === undefined) open.set(endpoint.address, [endpoint]);
    else onHost.push(endpoint);
  }
  for (const endpoints of open.values()) endpoints.sort((a, b) => a.port - b.port);

  return {
    counts,
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

    observedRuns() {
      const runs = new Map<number, RunInProgress>();
      const runOf = (number: number): RunInProgress => {
        const known = runs.get(number);
        if (known !== undefined) return known;
        const fresh = {
          run: number,
          builder: createCoverageBuilder(),
          times: new Map<string, Instant>(),
          probedFrom: Number.POSITIVE_INFINITY,
          probedTo: Number.NEGATIVE_INFINITY,
        };
        runs.set(number, fresh);
        return fresh;
      };
      const note = (run: RunInProgress, endpoint: Endpoint, state: EndpointState, at: Instant | undefined): void => {
        if (state === "not-scanned") return;
        run.builder.add(endpoint.address, endpoint.transport, endpoint.port, state);
        if (at !== undefined) run.times.set(endpointKey(endpoint), at);
      };

      for (const chunk of chunks) {
        const run = runOf(chunk.run);
        // A chunk of holes alone has no times.
        if (chunk.probedFrom <= chunk.probedTo) widen(run, chunk.probedFrom, chunk.probedTo);
        for (let index = chunk.firstIndex; index < chunk.nextIndex; index += 1) {
          if (secondLook.has(index)) continue;
          const endpoint = plan.at(index);
          note(run, endpoint, finalState(index, endpoint), openAt.get(index));
        }
      }
      for (const [index, look] of secondLook) {
        const run = runOf(secondLooks.run);
        widen(run, look.at, look.at);
        note(run, look.endpoint, finalState(index, look.endpoint), look.at);
      }
      return [...runs.values()]
        .filter(({ probedFrom, probedTo }) => probedFrom <= probedTo)
        .sort((a, b) => a.run - b.run)
        .map(({ run, builder, times, probedFrom, probedTo }) => ({
          run,
          probedFrom,
          probedTo,
          times,
          coverage: builder.build(),
        }));
    },
  };
}

function isAnswer(state: EndpointState): boolean {
  return state === "open" || state === "closed";
}

interface RunInProgress {
  readonly run: number;
  readonly builder: ReturnType<typeof createCoverageBuilder>;
  readonly times: Map<string, Instant>;
  probedFrom: Instant;
  probedTo: Instant;
}

function widen(run: RunInProgress, from: Instant, to: Instant): void {
  run.probedFrom = Math.min(run.probedFrom, from);
  run.probedTo = Math.max(run.probedTo, to);
}
