import { PgBoss } from "pg-boss";
import type { Clock, Duration, Instant } from "../../model/index.ts";
import type { Store } from "../../storage/index.ts";
import { nextAttempt, nextDue } from "../cadence.ts";
import { clockEvents, type ClockEvent, type ClockReading } from "../clock-watch.ts";

/** A scope target as the schedule sees it. */
export interface DueTarget {
  readonly name: string;
  readonly cadence: Duration;
  /** When its last complete full sweep began. */
  readonly lastStart: Instant | undefined;
}

export interface WatchDeps {
  readonly store: Pick<Store, "executeSql" | "kind">;
  readonly clock: Clock;
  readonly readClocks: () => ClockReading;
  /** In [0, 1). */
  readonly random: () => number;
  targets(): Promise<readonly DueTarget[]>;
  sweepTarget(name: string, signal: AbortSignal): Promise<void>;
  sweepKnown(signal: AbortSignal): Promise<void>;
  /** Turns windows that were missed into findings. */
  checkWindows(): Promise<void>;
  /** Ends what processes that are gone have left unfinished. */
  settle(): Promise<void>;
  onClockEvent(event: ClockEvent): Promise<void>;
  /** Something went wrong that the watch outlives. */
  onProblem(problem: unknown): void;
}

export interface Watch {
  start(): Promise<void>;
  /** Ends running sweeps as recorded partials and lets go of the queue. */
  stop(): Promise<void>;
}

const FULL = "portolan-sweep-target";
const KNOWN = "portolan-sweep-known";
/** Targets swept side by side: a /24 takes hours, and a critical host must not wait for it. They share one pace. */
const AT_ONCE = 4;
/** pg-boss takes a job for lost after this; a full range at a gentle rate takes hours. */
const LONGEST_SWEEP_SECONDS = 23 * 3_600;
const TICK: Duration = 1_000;
const CHECK_WINDOWS_EVERY: Duration = 5_000;
/** How often the targets of the scope are held against what is queued: a changed portolan.yaml is noticed by then. */
const REQUEUE_EVERY: Duration = 30_000;

/**
 * Keeps every target swept at its cadence and the known endpoints looked at every minute, and notices when it could not.
 * The queue is pg-boss on the same database: one job waiting for each target, at the time it is due.
 */
export function createWatch(deps: WatchDeps): Watch {
  const boss = new PgBoss({
    db: { executeSql: deps.store.executeSql },
    ...(deps.store.kind === "embedded" ? { backend: "pglite" as const } : {}),
    schema: "pgboss",
    superviseIntervalSeconds: 60,
    cronMonitorIntervalSeconds: 5,
    cronWorkerIntervalSeconds: 2,
  });
  const stopping = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  let last = deps.readClocks();

  /** Runs one thing after the other and never twice at once; a failure is heard, not fatal. */
  function every(interval: Duration, work: () => Promise<void>): void {
    let busy = false;
    const turn = async (): Promise<void> => {
      if (busy || stopping.signal.aborted) return;
      busy = true;
      await work().catch(deps.onProblem);
      busy = false;
    };
    timers.push(setInterval(() => void turn(), interval));
  }

  /** When this process last tried each target, whatever came of it. */
  const attempts = new Map<string, Instant>();
  const sweeping = new Set<string>();
  let queuedFor = "";

  async function queueTarget({ name, lastStart, cadence }: DueTarget): Promise<void> {
    const due = nextDue(lastStart, cadence, deps.clock.now(), deps.random());
    const attempt = attempts.get(name);
    const at = attempt === undefined ? due : nextAttempt(due, attempt, cadence);
    await boss.send(FULL, { target: name }, { singletonKey: name, startAfter: new Date(at) });
  }

  async function queueAll(): Promise<void> {
    const targets = await deps.targets();
    const wanted = JSON.stringify(targets.map(({ name, cadence }) => [name, cadence]));
    // Jobs that wait were due by the targets and cadences of another scope version.
    if (wanted !== queuedFor) await boss.deleteQueuedJobs(FULL);
    queuedFor = wanted;
    // A target that is being swept is queued when that ends, by when it was due then.
    for (const target of targets) if (!sweeping.has(target.name)) await queueTarget(target);
  }

  async function requeue(name: string): Promise<void> {
    const target = (await deps.targets()).find((each) => each.name === name);
    if (target !== undefined && !stopping.signal.aborted) await queueTarget(target);
  }

  return {
    async start() {
      boss.on("error", deps.onProblem);
      await boss.start();
      const jobs = { retryLimit: 0, expireInSeconds: LONGEST_SWEEP_SECONDS } as const;
      // "stately": at most one job waiting and one running for each target.
      await boss.createQueue(FULL, { ...jobs, policy: "stately" });
      await boss.createQueue(KNOWN, { ...jobs, policy: "stately" });
      // What an earlier process left in the queue was due by its plan, not by the record.
      await boss.deleteAllJobs(FULL);
      await boss.deleteAllJobs(KNOWN);

      await boss.work<{ target: string }>(
        FULL,
        { pollingIntervalSeconds: 0.5, localConcurrency: AT_ONCE },
        async ([job]) => {
          if (job === undefined) return;
          const { target } = job.data;
          attempts.set(target, deps.clock.now());
          sweeping.add(target);
          await deps.sweepTarget(target, stopping.signal).catch(deps.onProblem);
          sweeping.delete(target);
          await requeue(target).catch(deps.onProblem);
        },
      );
      await boss.work(KNOWN, { pollingIntervalSeconds: 1 }, async () => {
        await deps.sweepKnown(stopping.signal).catch(deps.onProblem);
      });
      await deps.settle();
      await deps.checkWindows();
      await queueAll();
      await boss.schedule(KNOWN, "* * * * *");

      last = deps.readClocks();
      every(TICK, async () => {
        const now = deps.readClocks();
        const events = clockEvents(last, now);
        last = now;
        for (const event of events) await deps.onClockEvent(event);
      });
      every(CHECK_WINDOWS_EVERY, () => deps.checkWindows());
      every(REQUEUE_EVERY, async () => {
        await deps.settle();
        await queueAll();
      });
    },

    async stop() {
      stopping.abort(new Error("Portolan was stopped"));
      for (const timer of timers) clearInterval(timer);
      await boss.stop({ graceful: true, timeout: 30_000 });
    },
  };
}
