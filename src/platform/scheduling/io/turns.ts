import type { Clock, Duration, Instant } from "../../../model/index.ts";
import { nextAttempt, nextDue } from "../cadence.ts";
import type { JobQueue, Lane } from "./job-queue.ts";

/** A scope target as the schedule sees it, from one vantage point. */
export interface DueTarget {
  readonly name: string;
  readonly cadence: Duration;
  /** When its last complete full sweep from there began. */
  readonly lastStart: Instant | undefined;
  readonly lane: Lane;
}

export interface TurnsDeps {
  readonly queue: JobQueue;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** The lanes that this process takes work from. */
  readonly lanes: readonly Lane[];
  /** The vantage point whose minute sweeps it takes; absent: none. */
  readonly everyMinute?: string | undefined;
  /** The target as it is now; undefined if the scope no longer has it. */
  target(lane: Lane, name: string): Promise<DueTarget | undefined>;
  sweepTarget(name: string, signal: AbortSignal): Promise<void>;
  sweepKnown(signal: AbortSignal): Promise<void>;
  sweepRolling(signal: AbortSignal): Promise<void>;
  onProblem(problem: unknown): void;
}

/** Takes turns with the other processes on the same queue. */
export interface Turns {
  start(): Promise<void>;
  /** Ensures that a job waits for the target, unless this process is sweeping it right now. */
  queue(target: DueTarget, changed: boolean): Promise<void>;
  /** Ends the sweeps under way as recorded partials; their jobs go back to the queue. */
  stop(reason: Error): Promise<void>;
}

/** Targets swept side by side: a /24 takes hours, and a critical host must not wait for it. They share one pace. */
const AT_ONCE = 4;

export function createTurns(deps: TurnsDeps): Turns {
  const { queue, clock } = deps;
  const stopping = new AbortController();
  /** When this process last tried each target, whatever the result. */
  const attempts = new Map<string, Instant>();
  const sweeping = new Set<string>();
  const keyOf = (lane: Lane, name: string): string => `${lane.vantage} ${name}`;

  function dueAt({ name, lane, lastStart, cadence }: DueTarget, random: number): Instant {
    const due = nextDue(lastStart, cadence, clock.now(), random);
    const attempt = attempts.get(keyOf(lane, name));
    return attempt === undefined ? due : nextAttempt(due, attempt, cadence);
  }

  async function takeTurn(lane: Lane, name: string): Promise<void> {
    const before = await deps.target(lane, name);
    // A job of another scope version, or a duplicate for a target that another process has swept meanwhile.
    if (before === undefined) return;
    if (dueAt(before, 1) > clock.now()) return await queue.offer(lane, name, dueAt(before, deps.random()));
    const key = keyOf(lane, name);
    attempts.set(key, clock.now());
    sweeping.add(key);
    await deps.sweepTarget(name, stopping.signal).catch(deps.onProblem);
    sweeping.delete(key);
    // Another process takes it up at once; this was not a failed attempt.
    if (stopping.signal.aborted) return await queue.offer(lane, name, clock.now());
    const after = await deps.target(lane, name);
    if (after !== undefined) await queue.offer(lane, name, dueAt(after, deps.random()));
  }

  return {
    async start() {
      for (const lane of deps.lanes) {
        await queue.takeTargets(lane, AT_ONCE, (name) => takeTurn(lane, name).catch(deps.onProblem));
      }
      const vantage = deps.everyMinute;
      if (vantage === undefined) return;
      await queue.takeMinutely(vantage, "known", () => deps.sweepKnown(stopping.signal).catch(deps.onProblem));
      await queue.takeMinutely(vantage, "rolling", () => deps.sweepRolling(stopping.signal).catch(deps.onProblem));
    },
    async queue(target, changed) {
      if (sweeping.has(keyOf(target.lane, target.name))) return;
      const at = dueAt(target, deps.random());
      await (changed ? queue.offerBy(target.lane, target.name, at) : queue.offer(target.lane, target.name, at));
    },
    async stop(reason) {
      stopping.abort(reason);
      await queue.stop();
    },
  };
}
