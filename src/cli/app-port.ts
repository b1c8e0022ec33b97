import type { FindingView, Operations, SweepResult } from "../contract/index.ts";
import type { Clock } from "../model/index.ts";

/** What the command line needs of the application; `src/app.ts` is it, a fake in tests. */

export interface AppConfig {
  /** Where `portolan.yaml` and `port-baseline.yaml` lie. */
  readonly directory: string;
  readonly home: string;
  readonly databaseUrl?: string | undefined;
  readonly clock?: Clock | undefined;
}

export type AppEvent =
  | { readonly kind: "sweep-finished"; readonly result: SweepResult }
  | { readonly kind: "finding-opened" | "finding-resolved" | "finding-regressed"; readonly finding: FindingView }
  | { readonly kind: "gap"; readonly from: string; readonly to: string; readonly cause: string }
  | { readonly kind: "log"; readonly level: "info" | "warn" | "error"; readonly message: string };

export interface App {
  readonly operations: Operations;
  /** Begins the schedules and the continuous watch. */
  start(hooks: { onEvent(event: AppEvent): void }): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Which connect engine this machine gets, and in one line why not the faster one. */
export interface EngineDescription {
  readonly name: string;
  readonly note?: string | undefined;
}

export interface AppDoor {
  createApp(config: AppConfig): Promise<App>;
  describeEngine(): Promise<EngineDescription>;
  /** Throws a `config-invalid` fault when the text is no valid scope document. */
  checkScopeDocument(text: string, file: string): Promise<void>;
}
