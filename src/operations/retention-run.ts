import { setTimeout as sleep } from "node:timers/promises";
import { counted, formatInstant, type Duration } from "../model/index.ts";
import { prune } from "../record/retention/index.ts";
import { createTelling, type AppEvent } from "./events.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { pruning } from "./retention.ts";

/** What a start has to do first comes first. */
const AFTER_START: Duration = 60_000;
const DAILY: Duration = 86_400_000;

export interface RetentionRun {
  stop(): Promise<void>;
}

/** Prunes once a day, beside everything else: each batch is a transaction of its own. */
export function startRetention(
  deps: Pick<OperationDeps, "store" | "clock" | "key">,
  onEvent: (event: AppEvent) => void,
): RetentionRun {
  const say = createTelling(onEvent);
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (time: Duration): Promise<unknown> =>
    sleep(time, undefined, { signal, ref: false }).catch(() => undefined);
  const running = (async () => {
    await pause(AFTER_START);
    while (!signal.aborted) {
      await pruneNow().catch(say.problem);
      await pause(DAILY);
    }
  })();

  async function pruneNow(): Promise<void> {
    for (const { kind, until, rows, entries } of await prune(pruning(deps), "schedule", signal)) {
      const deleted = Object.values(rows).reduce((sum, each) => sum + each, 0);
      if (deleted + entries === 0) continue;
      say.log(
        "info",
        `Retention: ${counted(deleted, "row")} of ${kind} until ${formatInstant(until)} deleted, and the bodies of ${counted(entries, "entry", "entries")}.`,
      );
    }
  }

  return {
    async stop() {
      stopping.abort(new Error("Portolan is stopping"));
      await running;
    },
  };
}
