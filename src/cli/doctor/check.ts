import type { DoctorResult } from "../../contract/index.ts";

export type Check = DoctorResult["checks"][number];

/** What a check reads of the machine; replaced in tests. Everything that is missing is undefined, never an error. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  readText(path: string): Promise<string | undefined>;
  /** Standard output of a program, or undefined when it is missing, fails, or takes more than a few seconds. */
  output(program: string, args: readonly string[]): Promise<string | undefined>;
  /** Where a program of that name lies in PATH. */
  find(program: string): Promise<string | undefined>;
  /** Milliseconds of the wall clock and of a clock that nobody can set. */
  clocks(): { readonly wall: number; readonly monotonic: number };
  pause(milliseconds: number): Promise<void>;
}
