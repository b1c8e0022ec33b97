import { Fault, shortageOf } from "../../model/index.ts";

/** Faults of the operating system that are more, or other, than a shortage: the cause, and the next step. */
const FAULTS: Readonly<Record<string, readonly [cause: string, next: string]>> = {
  ENFILE: [
    "Too many files are open on this machine",
    "Close programs, or raise the limit of the whole machine (sysctl fs.file-max), and run the command again.",
  ],
  EROFS: ["The file system is read-only", "Name a writable directory (PORTOLAN_HOME, or TMPDIR for temporary files)."],
  EIO: ["The device does not read or write", "Check the disk or the terminal, and run the command again."],
};

/** Open files that every command has room with. */
const ENOUGH_FILES = 256;

/** The next step if this process may open `limit` files; undefined: the system does not tell. */
export function moreFiles(limit: number | undefined): string {
  const enough = limit === undefined || limit < ENOUGH_FILES ? ENOUGH_FILES : 4 * limit;
  return `Raise the limit and run the command again: ulimit -n ${enough} (in a systemd unit: LimitNOFILE=${enough}).`;
}

/** The code of the system call that failed, if one did: Node wraps those of `os` once more. */
export function codeOfSystem(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("info" in error && error.info instanceof Object && "code" in error.info) return String(error.info.code);
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/**
 * The fault `system-failed` for an error that the operating system caused and that says nothing about the request:
 * descriptors, memory, disk. Undefined for all other errors. `openFiles`: the limit of this process.
 */
export function systemFault(error: unknown, openFiles?: number): Fault | undefined {
  if (error instanceof Fault) return undefined;
  const code = codeOfSystem(error);
  const explained = code === undefined ? undefined : explain(code, openFiles);
  if (explained === undefined) return undefined;
  const [cause, next] = explained;
  const path = error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : undefined;
  return new Fault("system-failed", `${cause} (${code}).`, { place: path, next, cause: error });
}

function explain(code: string, openFiles: number | undefined): readonly [cause: string, next: string] | undefined {
  if (code === "EMFILE") {
    const limit = openFiles === undefined ? "" : `: it may open ${openFiles}`;
    return [`Too many files are open in this process${limit}`, moreFiles(openFiles)];
  }
  const shortage = shortageOf({ code });
  return FAULTS[code] ?? (shortage && [`This machine has no ${shortage.of} left`, shortage.next]);
}
