/**
 * Sweeps known and changed endpoints, one sweep at a time: if two ran at once, the older one could record its result
 * last.
 */
export interface KnownSweeps<T> {
  /** The sweep that runs every minute. Resolves when it is recorded. */
  known(): Promise<void>;
  /** A sweep of changed endpoints. It begins as soon as the running one ends, and includes all changes until then. */
  changed(things: readonly T[]): void;
  /** Waits for the running sweep; none begins after it. */
  stop(): Promise<void>;
}

export function createKnownSweeps<T>(deps: {
  known(signal: AbortSignal): Promise<void>;
  changed(things: readonly T[], signal: AbortSignal): Promise<void>;
  onProblem(problem: unknown): void;
}): KnownSweeps<T> {
  const stopping = new AbortController();
  let last: Promise<void> = Promise.resolve();
  let gathered: T[] = [];

  function inTurn(look: () => Promise<void>): Promise<void> {
    last = last.then(async () => {
      if (!stopping.signal.aborted) await look().catch(deps.onProblem);
    });
    return last;
  }

  return {
    known: () => inTurn(() => deps.known(stopping.signal)),
    changed(things) {
      const isFirst = gathered.length === 0;
      gathered.push(...things);
      if (!isFirst) return;
      void inTurn(async () => {
        const batch = gathered;
        gathered = [];
        await deps.changed(batch, stopping.signal);
      });
    },
    async stop() {
      stopping.abort(new Error("Portolan was stopped"));
      await last;
    },
  };
}
