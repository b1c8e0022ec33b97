import type { DoctorResult } from "../../contract/index.ts";

export type Check = DoctorResult["checks"][number];

/** The parts of the machine that checks read; replaced in tests. A missing part is undefined, never an error. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  readText(path: string): Promise<string | undefined>;
  /** Standard output of a program; undefined if the program is missing, fails, or takes more than a few seconds. */
  output(program: string, args: readonly string[]): Promise<string | undefined>;
  /** The path of the program of that name in PATH. */
  find(program: string): Promise<string | undefined>;
  /** Milliseconds of the wall clock and of a clock that nobody can set. */
  clocks(): { readonly wall: number; readonly monotonic: number };
  pause(milliseconds: number): Promise<void>;
}
