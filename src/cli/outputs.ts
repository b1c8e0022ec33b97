import { Fault } from "../model/index.ts";
import type { ExitCode, Output } from "./surroundings.ts";

/** Standard output and standard error, which may fail at any time: a full disk, a closed pipe, a terminal that is gone. */
export interface Outputs {
  outputOf(stream: NodeJS.WriteStream, name: string): Output & { writeBytes(bytes: Uint8Array): void };
  /** The exit code of a command that ended with `code`: 2 if its output is not complete. */
  exitCode(code: ExitCode): ExitCode;
}

/**
 * A command continues to its end whatever becomes of its output, since a sweep is worth more than its report. A reader
 * that has seen enough (`portolan at now | head`) closes the pipe: the exit code stays the command's. Any other failure is passed to `report`, once per stream, and the exit code is 2, even if it is known only afterwards.
 */
export function createOutputs(
  report: (fault: Fault) => void,
  process: { exitCode?: number | string | null | undefined },
): Outputs {
  let failed = false;

  function failure(error: NodeJS.ErrnoException, name: string): void {
    if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") return;
    failed = true;
    process.exitCode = 2;
    report(outputFault(error, name));
  }

  return {
    outputOf(stream, name) {
      let ended = false;
      stream.on("error", (error: NodeJS.ErrnoException) => {
        if (ended) return;
        ended = true;
        failure(error, name);
      });
      const write = (data: string | Uint8Array): void => {
        if (!ended) stream.write(data);
      };
      return {
        write,
        writeBytes: write,
        isTerminal: stream.isTTY,
        get columns() {
          return stream.columns ?? 80;
        },
      };
    },
    exitCode: (code) => (failed ? 2 : code),
  };
}

export function outputFault(error: NodeJS.ErrnoException, name: string): Fault {
  const full = error.code === "ENOSPC" || error.code === "EDQUOT";
  const why = full ? "the disk is full" : (error.code ?? error.message);
  return new Fault("system-failed", `${name} cannot be written: ${why}.`, {
    next: full
      ? "Make room on the disk it is redirected to, and run the command again."
      : "Redirect it to another file or terminal, and run the command again.",
    cause: error,
  });
}
