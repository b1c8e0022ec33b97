import type { ExitCode, Surroundings } from "./surroundings.ts";

/** Passed to the definition of each command: its surroundings, and the way to report its exit code. */
export interface Context {
  readonly surroundings: Surroundings;
  /** Stores the exit code that the command's work resolves to. */
  ends(work: Promise<ExitCode>): Promise<void>;
}
