import type { Duration } from "../../../model/index.ts";
import type { BoundSocket } from "../bound-socket.ts";
import { askProgram } from "./ask-program.ts";
import { openDiagTables, type DiagTables } from "./diag-tables.ts";
import { readProcTables } from "./proc-tables.ts";
import { LSOF_ARGUMENTS, socketsOfLsof } from "../lsof.ts";
import { POWERSHELL_SCRIPT, socketsOfPowerShell } from "../windows-endpoints.ts";

/** The source of this machine's listening sockets, depending on what the system offers. */
export interface SocketSource {
  /** Polling interval with negligible cost; it changes when the source falls back. */
  pollEvery(): Duration;
  /**
   * The sockets; undefined if they have not changed since the last call. Rejects if the system does not report them.
   */
  read(): Promise<BoundSocket[] | undefined>;
  close(): void;
}

/** One poll of inet_diag is four queries of some ten microseconds each. */
const DIAG_EVERY: Duration = 50;
/** Each connection of the machine is a line of text. */
const PROC_EVERY: Duration = 2_000;
/** A process is started for each. */
const LSOF_EVERY: Duration = 5_000;
const POWERSHELL_EVERY: Duration = 15_000;

export function openSocketSource(platform: NodeJS.Platform = process.platform): SocketSource {
  switch (platform) {
    case "linux":
    case "android":
      return createLinuxSource({ openDiag: openDiagTables, readProc: () => readProcTables("/proc") });
    case "darwin":
    case "freebsd":
    case "openbsd":
    case "netbsd":
    case "sunos":
    case "aix":
    case "haiku":
      return polled(LSOF_EVERY, async () => socketsOfLsof(await askProgram("lsof", LSOF_ARGUMENTS, [0, 1])));
    case "win32":
    case "cygwin":
      return polled(POWERSHELL_EVERY, askPowerShell);
  }
}

/**
 * inet_diag, and /proc for as long as the kernel does not answer it: after every failure it is queried again at the
 * next poll.
 */
export function createLinuxSource(deps: {
  openDiag(): DiagTables | undefined;
  readProc(): Promise<BoundSocket[]>;
}): SocketSource {
  let tables: DiagTables | undefined;
  let fallen = false;
  return {
    pollEvery: () => (fallen ? PROC_EVERY : DIAG_EVERY),
    async read() {
      tables ??= deps.openDiag();
      const answer = tables?.poll() ?? "failed";
      if (tables !== undefined && answer !== "failed") {
        const back = fallen;
        fallen = false;
        return answer === "same" && !back ? undefined : tables.sockets();
      }
      tables?.close();
      tables = undefined;
      fallen = true;
      return await deps.readProc();
    },
    close() {
      tables?.close();
      tables = undefined;
    },
  };
}

async function askPowerShell(): Promise<BoundSocket[]> {
  const words = ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", POWERSHELL_SCRIPT];
  const sockets = socketsOfPowerShell(await askProgram("powershell.exe", words, [0]));
  if (sockets === undefined) throw new Error("powershell.exe did not print the endpoints as JSON");
  return sockets;
}

function polled(every: Duration, read: () => Promise<BoundSocket[]>): SocketSource {
  return { pollEvery: () => every, read, close: () => undefined };
}
