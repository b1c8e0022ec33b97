import type { Destination } from "../record/publication/index.ts";
import type { LogProgress, SigningKey } from "../record/evidence/index.ts";
import type { Clock } from "../model/index.ts";
import type { Engine } from "../sensing/scanner/index.ts";
import type { Store } from "../platform/storage/index.ts";
import type { Sweeps } from "../watching/sweeps/index.ts";
import type { AttestationConfig } from "./attestation-config.ts";
import type { BoundaryConfig } from "./boundary-config.ts";
import type { ScopeInForce } from "./scope-in-force.ts";

/** The dependencies of the operations. */
export interface OperationDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly key: SigningKey;
  readonly sweeps: Sweeps;
  /** Of a simulated network: the engine of every sweep. */
  readonly engine?: Pick<Engine, "name"> | undefined;
  /** The account of the operating system that this process runs under. */
  readonly user: string;
  /** Path of portolan.yaml. */
  readonly file: string;
  /** The folder of the keys, and of temporary files. */
  readonly home: string;
  /** Where checkpoints are published. */
  readonly destinations: readonly Destination[];
  /** The version of this program, for the files it writes. */
  readonly version: string | undefined;
  /** Witnesses and a timestamping authority; absent: none is configured. */
  readonly attestation?: AttestationConfig | undefined;
  /** Zones that may be transferred; absent: none is configured. */
  readonly boundary?: BoundaryConfig | undefined;
  /** Receives the progress of work that reads the whole log. */
  readonly onLogRead: LogProgress | undefined;
  /** The scope that `portolan.yaml` declares now; throws if it cannot be put in force. */
  readonly scope: () => Promise<ScopeInForce>;
  /**
   * For operations that send no packets: a file that is being edited must not keep anybody from querying or deciding.
   */
  readonly scopeAsRecorded: (onProblem?: (problem: unknown) => void) => Promise<ScopeInForce>;
}
