import { Fault } from "../model/index.ts";
import type { Surroundings } from "./surroundings.ts";

/** Waits until a signal requests that the process stop. */
export interface StopRequest {
  readonly requested: boolean;
  readonly wait: Promise<void>;
  release(): void;
}

export function stopRequest(surroundings: Pick<Surroundings, "onStopSignal">): StopRequest {
  let requested = false;
  const { promise, resolve } = Promise.withResolvers<void>();
  const release = surroundings.onStopSignal(() => {
    requested = true;
    resolve();
  });
  return {
    get requested() {
      return requested;
    },
    wait: promise,
    release,
  };
}

/** Work on a stream that a signal ends in the middle, so that what it began is taken back. */
export interface Stoppable {
  /** The same bytes; throws a fault `interrupted` at the first of them after a signal. */
  through(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  release(): void;
}

export function stoppable(surroundings: Pick<Surroundings, "onStopSignal">, message: string): Stoppable {
  const request = stopRequest(surroundings);
  return {
    async *through(content) {
      for await (const chunk of content) {
        if (request.requested) throw new Fault("interrupted", message, { next: "Run the command again." });
        yield chunk;
      }
    },
    release: () => request.release(),
  };
}
