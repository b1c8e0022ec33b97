import { Fault } from "../../model/index.ts";

/** Faults of the operating system under everything else: the cause, and the next step. */
const FAULTS: Readonly<Record<string, readonly [cause: string, next: string]>> = {
  EMFILE: ["Too many files are open in this process", ""],
  ENFILE: [
    "Too many files are open on this machine",
    "Close programs, or raise the limit of the whole machine (sysctl fs.file-max), and run the command again.",
  ],
  ENOMEM: [
    "This machine has no memory left",
    "End other programs, or give the machine or its container more memory, and run the command again.",
  ],
  ENOSPC: ["The disk is full", "Make room on that file system, and run the command again."],
  EDQUOT: ["The disk quota of this user is used up", "Make room in it, and run the command again."],
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
  const known = code === undefined ? undefined : FAULTS[code];
  if (known === undefined) return undefined;
  const [cause, next] = known;
  const path = error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : undefined;
  const limit = code !== "EMFILE" || openFiles === undefined ? "" : `: it may open ${openFiles}`;
  return new Fault("system-failed", `${cause}${limit} (${code}).`, {
    place: path,
    next: next === "" ? moreFiles(openFiles) : next,
    cause: error,
  });
}
