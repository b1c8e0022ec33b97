import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, Instant } from "../../../model/index.ts";
import type { Store } from "../../../platform/storage/index.ts";
import type { Destination } from "../destination.ts";
import { endTurn, recordSent, takeTurn, unsent } from "./sent-store.ts";

/** Each destination is asked for so often whether it lacks a checkpoint: two small queries. */
const EVERY = 5_000;
/** Sent in one turn; the next turn sends more. */
const A_TURN = 100;
/** One checkpoint to one destination, whatever its server does. */
const PATIENCE = 120_000;

export interface PublisherDeps {
  readonly store: Pick<Store, "db">;
  readonly clock: Clock;
  readonly destinations: readonly Destination[];
  /** Called once when a destination fails, and once when it is reached again. */
  readonly onChange: (change: DestinationChange) => void;
  readonly onProblem: (problem: unknown) => void;
}

export type DestinationChange =
  | { readonly kind: "failing"; readonly destination: string; readonly problem: string; readonly nextAt: Instant }
  | { readonly kind: "reached"; readonly destination: string; readonly sent: number };

export interface Publisher {
  /** Sends what destinations lack until {@link Publisher.stop}, each at its own pace: none waits for another. */
  start(): void;
  stop(): Promise<void>;
  /** One turn of every destination that is due. */
  turn(signal?: AbortSignal): Promise<void>;
}

export function createPublisher({ store, clock, destinations, onChange, onProblem }: PublisherDeps): Publisher {
  const { db } = store;
  const failing = new Set<string>();
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  /** How many it sent; stops at the first that does not arrive. */
  async function send(destination: Destination, signal: AbortSignal): Promise<void> {
    const { name } = destination;
    const waiting = await unsent(db, destination, clock.now(), A_TURN);
    if (waiting.length === 0 || !(await takeTurn(db, name, clock.now()))) return;
    let sent = 0;
    let problem: string | undefined;
    for (const checkpoint of waiting) {
      try {
        await inTime((given) => destination.send(checkpoint, given), signal);
      } catch (error) {
        if (!signal.aborted) problem = error instanceof Error ? error.message : String(error);
        break;
      }
      await recordSent(db, name, checkpoint.size, clock.now());
      sent += 1;
    }
    const nextAt = await endTurn(db, name, clock.now(), problem);
    if (problem !== undefined && !failing.has(name)) onChange({ kind: "failing", destination: name, problem, nextAt });
    if (problem !== undefined) failing.add(name);
    else if (failing.delete(name)) onChange({ kind: "reached", destination: name, sent });
  }

  async function keepSending(destination: Destination, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await send(destination, signal).catch(onProblem);
      await sleep(EVERY, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  return {
    start() {
      running = Promise.all(destinations.map((each) => keepSending(each, stopping.signal)));
    },
    async stop() {
      stopping.abort(new Error("Portolan is stopping"));
      await running;
    },
    turn: async (signal = stopping.signal) => {
      await Promise.all(destinations.map((each) => send(each, signal)));
    },
  };
}

/** Ends the wait for a server that keeps a connection open for ever, or when Portolan stops. */
async function inTime(work: (signal: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(PATIENCE);
  const signal = AbortSignal.any([late, stop]);
  const over = Promise.withResolvers<never>();
  const end = (): void => over.reject(new Error(`no answer within ${PATIENCE / 1_000} s`));
  signal.addEventListener("abort", end, { once: true });
  try {
    await Promise.race([work(signal), over.promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
