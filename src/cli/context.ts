import type { ExitCode, Surroundings } from "./surroundings.ts";

/** What a command's definition gets: where it acts, and how it says how it ended. */
export interface Context {
  readonly surroundings: Surroundings;
  /** Keeps the exit code that the command's work ends with. */
  ends(work: Promise<ExitCode>): Promise<void>;
}
