import { randomUUID } from "node:crypto";

/** A sweep that was started over the API and has not ended yet. */
export interface Run {
  readonly id: string;
  readonly signal: AbortSignal;
  /** Set as soon as the sweep has a number. */
  sweepId: number | undefined;
  stop(): void;
  end(): void;
}

export interface Runs {
  begin(): Run;
  /** Requests the stop; false if no such sweep is running. `id` is a run's id or its sweep's number. */
  stop(id: string): boolean;
  /** Requests the stop of all runs, and resolves when each has ended. */
  stopAll(): Promise<void>;
}

export function createRuns(): Runs {
  const running = new Set<Run>();
  let whenEmpty: (() => void)[] = [];

  return {
    begin() {
      const controller = new AbortController();
      const run: Run = {
        id: randomUUID(),
        signal: controller.signal,
        sweepId: undefined,
        stop: () => controller.abort(),
        end() {
          running.delete(run);
          if (running.size > 0) return;
          for (const wake of whenEmpty) wake();
          whenEmpty = [];
        },
      };
      running.add(run);
      return run;
    },
    stop(id) {
      for (const run of running) {
        if (run.id !== id && String(run.sweepId) !== id) continue;
        run.stop();
        return true;
      }
      return false;
    },
    stopAll() {
      for (const run of running) run.stop();
      return running.size === 0 ? Promise.resolve() : new Promise((resolve) => whenEmpty.push(resolve));
    },
  };
}
