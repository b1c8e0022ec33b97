import { setTimeout as sleep } from "node:timers/promises";
import { formatInstant, type Clock } from "../model/index.ts";
import type { Store } from "../platform/storage/index.ts";
import { createPublisher, type Destination } from "../record/publication/index.ts";
import { createTelling, type AppEvent } from "./events.ts";
import { rememberNewest } from "./published.ts";

/** The home learns of a new checkpoint after so long at most, in milliseconds. */
const EVERY = 5_000;

export interface Publishing {
  stop(): Promise<void>;
}

/** Sends new checkpoints to the destinations, beside everything else: a destination that is away delays nothing. */
export function startPublishing(
  {
    store,
    clock,
    home,
    destinations,
  }: {
    readonly store: Pick<Store, "db" | "transaction">;
    readonly clock: Clock;
    readonly home: string;
    readonly destinations: readonly Destination[];
  },
  onEvent: (event: AppEvent) => void,
): Publishing {
  const say = createTelling(onEvent);
  const publisher = createPublisher({
    store,
    clock,
    destinations,
    onProblem: say.problem,
    onChange(change) {
      if (change.kind === "reached") {
        return say.log(
          "info",
          `Checkpoints reach their destination again: ${change.destination}. Sent: ${change.sent}.`,
        );
      }
      say.log(
        "error",
        `Checkpoints do not reach ${change.destination}: ${change.problem}. They are kept, and sent again at ${formatInstant(change.nextAt)}.`,
      );
    },
  });
  const stopping = new AbortController();
  const remembering = (async () => {
    while (!stopping.signal.aborted) {
      await rememberNewest(store, home).catch(say.problem);
      await sleep(EVERY, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  })();
  publisher.start();
  return {
    async stop() {
      stopping.abort(new Error("Portolan is stopping"));
      await publisher.stop();
      await remembering;
    },
  };
}
