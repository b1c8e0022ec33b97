import { shortageOf, type Clock, type Duration } from "../../../model/index.ts";
import type { Store } from "../../storage/index.ts";
import { clockEvents, type ClockEvent, type ClockReading } from "../clock-watch.ts";
import { createJobQueue } from "./job-queue.ts";
import { createTurns, type DueTarget } from "./turns.ts";

export interface SchedulerDeps {
  readonly store: Pick<Store, "executeSql" | "kind">;
  readonly clock: Clock;
  readonly readClocks: () => ClockReading;
  /** In [0, 1). */
  readonly random: () => number;
  /** The vantage point of this process itself. */
  readonly vantage: string;
  /** The targets of every vantage point: sweeps due elsewhere wait for the workers there. */
  targets(): Promise<readonly DueTarget[]>;
  sweepTarget(name: string, signal: AbortSignal): Promise<void>;
  sweepKnown(signal: AbortSignal): Promise<void>;
  sweepRolling(signal: AbortSignal): Promise<void>;
  /** Turns missed windows into findings. */
  checkWindows(): Promise<void>;
  /** Ends sweeps that dead processes left unfinished. */
  settle(): Promise<void>;
  onClockEvent(event: ClockEvent): Promise<void>;
  /** A failure that does not stop the scheduler. */
  onProblem(problem: unknown): void;
}

export interface Scheduler {
  start(): Promise<void>;
  /** Ends running sweeps as recorded partials and lets go of the queue. */
  stop(): Promise<void>;
}

const TICK: Duration = 1_000;
const CHECK_WINDOWS_EVERY: Duration = 5_000;
/**
 * How often the targets of the scope are compared with the queue: a changed portolan.yaml is noticed within this time.
 */
const REQUEUE_EVERY: Duration = 30_000;

/**
 * Ensures that every target is swept from every vantage point at its cadence, and the known endpoints and the next slice
 * of the rolling sample every minute, and notices when that was not possible. One job waits for each target and vantage point until it is due. The scheduler
 * takes the jobs of its own vantage point itself, in turn with the other processes there.
 */
export async function createScheduler(deps: SchedulerDeps): Promise<Scheduler> {
  const { vantage } = deps;
  const queue = await createJobQueue({ store: deps.store, plans: true, onProblem: deps.onProblem });
  const turns = createTurns({
    queue,
    clock: deps.clock,
    random: deps.random,
    lanes: [
      { vantage, where: "anywhere" },
      { vantage, where: "installation" },
    ],
    everyMinute: vantage,
    target: async (lane, name) =>
      (await deps.targets()).find(
        (each) => each.name === name && each.lane.vantage === lane.vantage && each.lane.where === lane.where,
      ),
    sweepTarget: deps.sweepTarget,
    sweepKnown: deps.sweepKnown,
    sweepRolling: deps.sweepRolling,
    onProblem: deps.onProblem,
  });
  const stopping = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  let last = deps.readClocks();

  /** Runs one task after the other and never two at once; a failure is reported, not fatal. */
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

  let queuedFor = "";

  async function queueAll(): Promise<void> {
    const targets = await deps.targets();
    const wanted = JSON.stringify(targets.map(({ name, cadence, lane }) => [lane, name, cadence]));
    // The waiting jobs are due by the targets and cadences of another scope version.
    const changed = wanted !== queuedFor;
    queuedFor = wanted;
    for (const target of targets) await turns.queue(target, changed);
    if (!changed) return;
    for (const each of new Set([vantage, ...targets.map(({ lane }) => lane.vantage)])) await queue.everyMinute(each);
  }

  return {
    async start() {
      await queue.start();
      await turns.start();
      for (const first of [() => deps.settle(), () => deps.checkWindows(), queueAll]) {
        await first().catch((problem: unknown) => {
          // Its next turn comes within half a minute; a start that fails for it would monitor nothing.
          if (shortageOf(problem) === undefined) throw problem;
          deps.onProblem(problem);
        });
      }

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
      stopping.abort();
      for (const timer of timers) clearInterval(timer);
      await turns.stop(new Error("Portolan was stopped"));
    },
  };
}
