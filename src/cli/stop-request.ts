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
