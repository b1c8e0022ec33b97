import { endpointKey, type Endpoint, type EndpointState, type Instant } from "../../model/index.ts";
import { createCoverageBuilder, type ObservedRun } from "../../record/history/index.ts";
import type { Plan } from "../../sensing/scanner/index.ts";
import type { Chunk } from "./journal.ts";

/** A chunk as read back, with the run of the sweep that it belongs to (0 the first, 1 after one resumption, …). */
export interface JournaledChunk extends Chunk {
  readonly run: number;
}

/** The second probe of one endpoint. It is the later observation, so it decides the state. */
export interface SecondLook {
  readonly endpoint: Endpoint;
  readonly state: Exclude<EndpointState, "not-scanned">;
  readonly at: Instant;
}

/** The observations of a sweep's runs, by the index of an endpoint in the plan. */
interface Gathered {
  readonly plan: Plan;
  readonly chunks: readonly JournaledChunk[];
  readonly secondLook: ReadonlyMap<number, SecondLook>;
  /** The run that the second probes belong to. */
  readonly secondRun: number;
  /** When endpoints were first seen open. */
  readonly openAt: ReadonlyMap<number, Instant>;
  stateOf(index: number, endpoint: Endpoint): EndpointState;
}

/** One coverage for each uninterrupted run of a sweep, for the history. */
export function observedRuns({ plan, chunks, secondLook, secondRun, openAt, stateOf }: Gathered): ObservedRun[] {
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
    // A chunk that consists only of holes has no times.
    if (chunk.probedFrom <= chunk.probedTo) widen(run, chunk.probedFrom, chunk.probedTo);
    for (let index = chunk.firstIndex; index < chunk.nextIndex; index += 1) {
      if (secondLook.has(index)) continue;
      const endpoint = plan.at(index);
      note(run, endpoint, stateOf(index, endpoint), openAt.get(index));
    }
  }
  for (const [index, look] of secondLook) {
    const run = runOf(secondRun);
    widen(run, look.at, look.at);
    note(run, look.endpoint, stateOf(index, look.endpoint), look.at);
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
