import { DESCRIPTORS, Fault, shortageOf } from "../../model/index.ts";

interface Explained {
  readonly cause: string;
  readonly next: string;
}

/** Faults of the operating system other than shortages. */
const FAULTS: Readonly<Record<string, Explained>> = {
  EROFS: {
    cause: "The file system is read-only",
    next: "Name a writable directory (PORTOLAN_HOME, or TMPDIR for temporary files).",
  },
  EIO: {
    cause: "The device does not read or write",
    next: "Check the disk or the terminal, and run the command again.",
  },
};

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
  const { cause, next } = explained;
  const path = error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : undefined;
  return new Fault("system-failed", `${cause} (${code}).`, { place: path, next, cause: error });
}

function explain(code: string, openFiles: number | undefined): Explained | undefined {
  const shortage = shortageOf({ code });
  if (shortage === undefined) return FAULTS[code];
  const next = shortage.next(openFiles);
  if (shortage !== DESCRIPTORS) return { cause: `This machine has no ${shortage.of} left`, next };
  const limit = openFiles === undefined ? "" : `: it may open ${openFiles}`;
  return { cause: `Too many files are open in this process${limit}`, next };
}
