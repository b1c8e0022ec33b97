import type { SweepProgress } from "../contract/index.ts";
import type { AppEvent } from "./app-port.ts";
import { pageText, present } from "./present.ts";
import { createProgress } from "./progress.ts";
import type { Surroundings } from "./surroundings.ts";
import { showEvent } from "./views/start.ts";
import { showSweep } from "./views/sweeps.ts";

/** The output of `portolan start`: its first sweeps in full, with progress; later one line per event. */
export interface FirstLook {
  onEvent(event: AppEvent): void;
  onProgress(progress: SweepProgress): void;
  /** Resolves once every target that was due has been attempted. */
  readonly done: Promise<void>;
  /** Switches to one line per event, even if sweeps are still under way. */
  end(): void;
}

export function createFirstLook(surroundings: Surroundings, due: readonly string[]): FirstLook {
  const progress = createProgress(surroundings.stderr, surroundings.clock);
  const underWay = new Map<number, SweepProgress>();
  const waiting = new Set(due);
  const told = new Set<string>();
  let ended = false;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => {
    ended = true;
    progress.end();
    resolve();
  };
  if (waiting.size === 0) end();

  return {
    done: promise,
    end,
    onProgress(next) {
      if (ended) return;
      underWay.set(next.sweepId, next);
      progress.update([...underWay.values()]);
    },
    onEvent(event) {
      progress.end();
      if (event.kind === "target-attempted") {
        waiting.delete(event.target);
        if (waiting.size === 0) end();
        return;
      }
      if (event.kind === "sweep-finished") underWay.delete(event.result.sweep.id);
      if (event.kind === "sweep-finished" && !ended) {
        const { result } = event;
        present(surroundings, false, undefined, (page) => showSweep(page, result, told));
        return;
      }
      surroundings.stdout.write(pageText(surroundings, (page) => showEvent(page, event)));
    },
  };
}
