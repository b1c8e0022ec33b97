import { join, resolve } from "node:path";
import type { Clock } from "../model/index.ts";
import type { AppDoor } from "./app-port.ts";
import type { Style } from "./screen/style.ts";

export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Columns of the terminal; any number if it is not a terminal. */
  readonly columns: number;
}

/** Takes the results: text, or the bytes of an exported file. */
export interface ResultOutput extends Output {
  writeBytes(bytes: Uint8Array): void;
}

export type StopSignal = "SIGINT" | "SIGTERM";

/** Everything outside of a command that it uses. */
export interface Surroundings {
  readonly version: string;
  /** How a person starts this program again: `portolan`, or the path of its file. */
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly stdout: ResultOutput;
  readonly stderr: Output;
  /** Asks a person a question; undefined if nobody can answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** The same for a secret: what is typed is not shown. */
  readonly askSecret: ((question: string) => Promise<string>) | undefined;
  readonly clock: Clock;
  readonly timeZone: string;
  /** The user that the record names for what a command does. */
  readonly user: string;
  readonly hostname: string;
  /** The application, loaded when the first command needs it. */
  readonly app: () => Promise<AppDoor>;
  /** Calls back for SIGINT and SIGTERM until the returned function is called. */
  readonly onStopSignal: (handler: (signal: StopSignal) => void) => () => void;
  /** Until the returned function is called, an error that nothing caught ends the process only if this is false. */
  readonly onUncaught: (survives: (problem: unknown) => boolean) => () => void;
  /** Ends the process without waiting for anything. */
  readonly exitNow: (code: ExitCode) => void;
}

/** 0 as approved, 1 deviations, 2 error, 3 the sweep was partial or untrusted. */
export type ExitCode = 0 | 1 | 2 | 3;

export function homeOf(surroundings: Pick<Surroundings, "env" | "directory">): string {
  const named = surroundings.env["PORTOLAN_HOME"];
  return named === undefined || named === ""
    ? join(surroundings.directory, ".portolan")
    : resolve(surroundings.directory, named);
}

export function styleFor(
  output: Output,
  surroundings: Pick<Surroundings, "env" | "clock" | "timeZone" | "program">,
): Style {
  const { env } = surroundings;
  const noColour = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return {
    width: output.isTerminal ? Math.min(100, Math.max(40, output.columns)) : 80,
    colour: output.isTerminal && !noColour,
    get timeZone() {
      return surroundings.timeZone;
    },
    now: surroundings.clock.now(),
    program: surroundings.program,
  };
}
