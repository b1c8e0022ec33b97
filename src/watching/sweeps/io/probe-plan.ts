import type { SweepHooks, SweepProgress } from "../../../contract/index.ts";
import type { Clock, Duration, Endpoint } from "../../../model/index.ts";
import {
  type Conditions,
  createPacer,
  type Engine,
  type Pacer,
  type Plan,
  type Probe,
  type ScanReport,
} from "../../../sensing/scanner/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import { createJournal, type Chunk } from "../journal.ts";
import type { SecondLook } from "../observed-runs.ts";
import { renewLease, writeChunk, type Claim } from "./sweep-store.ts";

/** How a sweep probes. Recorded with the sweep, so that it can be performed again exactly. */
export interface ProbeParameters {
  /** Probes per second over the sweep, and to one address; loopback and own addresses are exempt. */
  readonly rate: number;
  readonly perHostRate: number;
  readonly timeout: Duration;
  readonly loopbackTimeout: Duration;
  readonly retries: number;
  readonly retryDelay: Duration;
  readonly concurrency: number;
  /** Of a rolling sweep: which turn of the sample it is, counted from 0. */
  readonly turn?: number;
}

export const DEFAULT_PROBING = {
  timeout: 1_500,
  loopbackTimeout: 1_000,
  retries: 1,
  retryDelay: 2_000,
  concurrency: 1_000,
} as const satisfies Partial<ProbeParameters>;

export interface ProbeDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly engine: Engine;
  readonly clock: Clock;
  /** The pace that all sweeps of this process share: the scope's hard limit. */
  readonly shared: Pacer;
  /** The second probes use what the first ones learned about the networks. */
  readonly conditions: Conditions;
  /** Addresses that the pace does not apply to: packets to them never leave this machine. */
  readonly isOwn: (address: string) => boolean;
}

/** The journal is written this often: what a kill -9 can cost at most. */
const FLUSH_EVERY: Duration = 1_000;
const PROGRESS_EVERY: Duration = 100;

export interface Probed {
  readonly report: ScanReport;
  /** What answered after all when its silence was in the journal already; it is nowhere else. */
  readonly late: readonly SecondLook[];
  /** The end of the journal, of a sweep that keeps it in memory. */
  readonly rest: Chunk | undefined;
}

/**
 * Probes the plan from `firstIndex` on and keeps the journal. Ends early on `hooks.signal`; what was probed by then is
 * in the journal. Rejects when the journal cannot be written: then the sweep stays as it was last written, resumable.
 * With `keepsRest`, what was probed since the journal was last written is returned instead: a sweep of every minute is
 * recorded at once, and a short one never writes a journal.
 */
export async function probePlan(
  deps: ProbeDeps,
  sweep: Claim & { readonly plan: Plan; readonly firstIndex: number; readonly keepsRest: boolean },
  parameters: ProbeParameters,
  hooks: SweepHooks,
): Promise<Probed> {
  const { store, clock } = deps;
  const journal = createJournal(sweep.firstIndex);
  const broken = new AbortController();
  let writing: Promise<void> = Promise.resolve();
  let failure: unknown;

  let rest: Chunk | undefined;
  const flush = (all: boolean): Promise<void> => {
    writing = writing
      .then(async () => {
        const chunk = journal.take(all);
        if (all && sweep.keepsRest) return void (rest = chunk);
        if (chunk === undefined) await renewLease(store.db, sweep);
        else await store.transaction((tx) => writeChunk(tx, sweep, chunk, clock.now()));
      })
      .catch((error: unknown) => {
        failure ??= error;
        broken.abort();
      });
    return writing;
  };

  const meter = createMeter(clock);
  const report = (): void => {
    const done = sweep.firstIndex + journal.received;
    hooks.onProgress?.({
      sweepId: sweep.id,
      phase: "scanning",
      done,
      planned: sweep.plan.size,
      open: journal.open,
      rate: meter(done),
      resumedFrom: sweep.firstIndex > 0 ? sweep.firstIndex : undefined,
    } satisfies SweepProgress);
  };

  const flushing = setInterval(() => void flush(false), FLUSH_EVERY);
  const reporting = setInterval(report, PROGRESS_EVERY);
  try {
    const signals = hooks.signal === undefined ? [broken.signal] : [broken.signal, hooks.signal];
    const scanned = await deps.engine.scan({
      ...scanSettings(deps, parameters),
      probes: probesFrom(sweep.plan, sweep.firstIndex),
      signal: AbortSignal.any(signals),
      onResult: (each) => journal.add(each),
    });
    await flush(true);
    if (failure !== undefined) throw failure as Error;
    report();
    const late = journal.late.map(({ index, state, at }) => ({ endpoint: sweep.plan.at(index), state, at }));
    return { report: scanned, late, rest };
  } finally {
    clearInterval(flushing);
    clearInterval(reporting);
  }
}

/** Probes endpoints again at once. What got no definite result (an abort) is missing from the answer. */
export async function probeAgain(
  deps: ProbeDeps,
  claim: Claim,
  endpoints: readonly Endpoint[],
  parameters: ProbeParameters,
  hooks: SweepHooks,
): Promise<SecondLook[]> {
  const byIndex = new Map<number, SecondLook>();
  const looks = (): SecondLook[] => [...byIndex.values()];
  if (endpoints.length === 0 || hooks.signal?.aborted === true) return [];
  const meter = createMeter(deps.clock);
  const report = (): void =>
    hooks.onProgress?.({
      sweepId: claim.id,
      phase: "confirming",
      done: byIndex.size,
      planned: endpoints.length,
      open: looks().filter(({ state }) => state === "open").length,
      rate: meter(byIndex.size),
    });
  const reporting = setInterval(() => {
    report();
    void renewLease(deps.store.db, claim).catch(() => undefined);
  }, FLUSH_EVERY);
  try {
    await deps.engine.scan({
      ...scanSettings(deps, parameters),
      probes: endpoints.map((endpoint, index): Probe => ({ index, endpoint })).values(),
      ...(hooks.signal === undefined ? {} : { signal: hooks.signal }),
      onResult: ({ index, endpoint, state, at }) => void byIndex.set(index, { endpoint, state, at }),
    });
    report();
    return looks();
  } finally {
    clearInterval(reporting);
  }
}

/** The pace of one sweep: its own, and the one that all sweeps of this process share. */
export function paceOf(deps: Pick<ProbeDeps, "isOwn" | "shared">, parameters: ProbeParameters): Pacer {
  const { rate, perHostRate } = parameters;
  const own = createPacer({ rate, perHostRate, now: performance.now(), exempt: deps.isOwn });
  return bothPaces(own, deps.shared);
}

function scanSettings(deps: ProbeDeps, parameters: ProbeParameters) {
  const { timeout, loopbackTimeout, retries, retryDelay, concurrency } = parameters;
  return {
    pacer: paceOf(deps, parameters),
    conditions: deps.conditions,
    timeout,
    loopbackTimeout,
    retries,
    retryDelay,
    concurrency,
    clock: deps.clock,
  };
}

/**
 * A probe must fit both. One that fits the shared pace alone has taken from it for nothing: that makes the sum of all
 * sweeps a little slower, never faster.
 */
function bothPaces(own: Pacer, shared: Pacer): Pacer {
  return {
    exempt: own.exempt,
    take(address, nowMs) {
      if (own.exempt(address)) return 0;
      const wait = shared.take(address, nowMs);
      return wait > 0 ? wait : own.take(address, nowMs);
    },
  };
}

function* probesFrom(plan: Plan, firstIndex: number): Generator<Probe, void, undefined> {
  for (let index = firstIndex; index < plan.size; index += 1) yield { index, endpoint: plan.at(index) };
}

/** Endpoints a second, over the last three seconds. */
function createMeter(clock: Clock): (done: number) => number {
  const marks: { at: number; done: number }[] = [];
  return (done) => {
    const at = clock.now();
    marks.push({ at, done });
    while (marks.length > 2 && at - (marks[0]?.at ?? at) > 3_000) marks.shift();
    const first = marks[0];
    return first === undefined || at <= first.at ? 0 : ((done - first.done) * 1_000) / (at - first.at);
  };
}
