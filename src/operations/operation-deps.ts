import type { SigningKey } from "../record/evidence/index.ts";
import type { Clock } from "../model/index.ts";
import type { Store } from "../platform/storage/index.ts";
import type { Sweeps } from "../watching/sweeps/index.ts";
import type { ScopeInForce } from "./scope-in-force.ts";

/** What operations are put together from. */
export interface OperationDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly key: SigningKey;
  readonly sweeps: Sweeps;
  /** Where the keys lie, and whatever is written for a while. */
  readonly home: string;
  /** Of this program, for what it writes into files. */
  readonly version: string | undefined;
  /** The scope as `portolan.yaml` has it now; a fault where that cannot be in force. */
  readonly scope: () => Promise<ScopeInForce>;
  /** For what sends nothing: a file that is being edited must not keep anybody from asking or deciding. */
  readonly scopeAsRecorded: (onProblem?: (problem: unknown) => void) => Promise<ScopeInForce>;
}
