/** The part of PGlite's WebAssembly module that is used here. */
export interface PostgresModule {
  _PostgresMainLoopOnce(): void;
  _PostgresMainLongJmp(): void;
  _PostgresSendReadyForQueryIfNecessary(): void;
  _pgl_pq_flush(): void;
  stackRestore(pointer: number): void;
}

/** Status of the exception that stands for PostgreSQL's longjmp to its error handling. */
const LONGJMP = 100;

/**
 * Ends PGlite when its PostgreSQL has ended. After a PANIC (the disk is full when the WAL grows) PGlite keeps feeding
 * messages to the aborted module, which consumes none, in a loop that never returns to JavaScript's event loop. Any
 * exception except the longjmp of an SQL error is therefore final: each later entry throws at once.
 */
export function endWithPostgres(module: PostgresModule): void {
  const enter = (original: () => void) => () => {
    try {
      original.call(module);
    } catch (error) {
      if (!isLongjmp(error)) seal(module, error);
      throw error;
    }
  };
  module._PostgresMainLoopOnce = enter(module._PostgresMainLoopOnce);
  module._PostgresMainLongJmp = enter(module._PostgresMainLongJmp);
}

function isLongjmp(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status" in error && error.status === LONGJMP;
}

function seal(module: PostgresModule, cause: unknown): void {
  const ended = (): never => {
    throw new Error("PostgreSQL ended", { cause });
  };
  module._PostgresMainLoopOnce = ended;
  module._PostgresMainLongJmp = ended;
  module._PostgresSendReadyForQueryIfNecessary = ended;
  module._pgl_pq_flush = ended;
  // PGlite swallows exceptions of the main loop. It calls this function next, and does not swallow its exceptions.
  module.stackRestore = ended;
}
