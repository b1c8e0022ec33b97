import { Fault } from "../model/index.ts";

/** The literal code of a system call (`ENOSPC`) or of PostgreSQL (`53100`), if the error has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const FREE_SPACE =
  "Make room on that file system, or put the record elsewhere with PORTOLAN_HOME; nothing was half written.";
const ELSEWHERE = "Make it writable for this user, or name another directory in PORTOLAN_HOME.";

/** A directory or file of the embedded store that cannot be made, opened or written. */
export function fileFault(error: unknown, path: string): Fault {
  const fault = (why: string, next: string) =>
    new Fault("store-unavailable", `The record in ${path} cannot be opened: ${why}`, {
      place: path,
      next,
      cause: error,
    });
  switch (codeOf(error)) {
    case "EACCES":
    case "EPERM":
      return fault("this user may not write there", ELSEWHERE);
    case "EROFS":
      return fault("the file system is read-only", ELSEWHERE);
    case "ENOSPC":
    case "EDQUOT":
      return fault("the disk is full", FREE_SPACE);
    case "ENOTDIR":
    case "EEXIST":
      return fault("a part of that path is a file, not a directory", "Name another directory in PORTOLAN_HOME.");
    case "EMFILE":
    case "ENFILE":
      return fault("too many files are open", "Raise the limit of open files (ulimit -n) and try again.");
    default:
      return fault(messageOf(error), "Look at the path named here, and try again.");
  }
}
