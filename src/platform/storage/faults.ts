import { Fault, isOutOfMemory } from "../../model/index.ts";
import { codeOfSystem, openFilesLimit, systemFault } from "../machine/index.ts";

/** WASI errno values, which the file system inside WebAssembly reports, and Node's names for them. */
const WASI_ERRORS: Readonly<Record<number, string>> = {
  2: "EACCES",
  19: "EDQUOT",
  20: "EEXIST",
  29: "EIO",
  33: "EMFILE",
  41: "ENFILE",
  44: "ENOENT",
  48: "ENOMEM",
  51: "ENOSPC",
  54: "ENOTDIR",
  63: "EPERM",
  69: "EROFS",
};

/** The code of a system call (`ENOSPC`) or of PostgreSQL (SQLSTATE, `53100`), if the error has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const code = codeOfSystem(error) ?? ("code" in error ? error.code : undefined);
  if (typeof code === "string") return code;
  if (isOutOfMemory(error)) return "ENOMEM";
  if ("errno" in error && typeof error.errno === "number") return WASI_ERRORS[error.errno];
  return undefined;
}

/** The message of an error, on one line and limited in length, because it may hold text from a server. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").slice(0, 500);
}

const FREE_SPACE =
  "Make room on that file system, or set PORTOLAN_HOME to a directory on another one. The write in progress was not recorded.";
const ELSEWHERE = "Make it writable for this user, or name another directory in PORTOLAN_HOME.";

/** A directory or file of the embedded store that cannot be created, opened or written. */
export function fileFault(error: unknown, path: string): Fault {
  if (error instanceof Fault) return error;
  const fault = (why: string, next: string) =>
    new Fault("store-unavailable", `The record in ${path} cannot be used: ${why}`, { place: path, next, cause: error });
  switch (codeOf(error)) {
    case "EACCES":
    case "EPERM":
      return fault("this user is not allowed to write there", ELSEWHERE);
    case "EROFS":
      return fault("the file system is read-only", ELSEWHERE);
    case "ENOSPC":
    case "EDQUOT":
    case "53100":
      return fault("the disk is full", FREE_SPACE);
    case "EIO":
    case "58030":
      return fault(`the disk does not read or write (${messageOf(error)})`, "Check the disk, and restore a backup.");
    case "ENOTDIR":
    case "EEXIST":
      return fault("a part of that path is a file, not a directory", "Name another directory in PORTOLAN_HOME.");
    // Of the process, not of the directory: a remedy for the directory would be wrong, and restoring a backup harmful.
    case "EMFILE":
    case "ENFILE":
    case "ENOMEM":
      return machineFault(codeOf(error) ?? "", error);
    case "53000":
      return machineFault("EMFILE", error);
    case "53200":
      return machineFault("ENOMEM", error);
    default:
      return fault(messageOf(error), "Correct the cause that the message names, and try again.");
  }
}

function machineFault(code: string, cause: unknown): Fault {
  const error = Object.assign(new Error(messageOf(cause), { cause }), { code });
  return (
    systemFault(error, openFilesLimit()) ?? new Fault("system-failed", error.message, { next: "Try again.", cause })
  );
}

/** The code of the system error that PostgreSQL wrote in words (strerror(3) of musl and of glibc); undefined: another. */
export function codeInWords(text: string): string | undefined {
  if (/No space left on device|Disk quota exceeded/.test(text)) return "ENOSPC";
  if (/No file descriptors available|Too many open files/.test(text)) return "EMFILE";
  if (/Out of memory|Cannot allocate memory/i.test(text)) return "ENOMEM";
  return undefined;
}
