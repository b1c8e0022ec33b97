/** Something of which this machine has only so much. */
export interface Shortage {
  readonly of: string;
  /** The way to make room, as a full sentence. `openFiles`: the limit of this process, where the system tells it. */
  next(openFiles?: number): string;
}

/** Open files that every command has room with. */
const ENOUGH_FILES = 256;

const enough = (limit = 0): number => (limit < ENOUGH_FILES ? ENOUGH_FILES : 4 * limit);

/** Of this process. */
export const DESCRIPTORS: Shortage = {
  of: "file descriptors",
  next: (openFiles) =>
    `Raise the limit and run the command again: ulimit -n ${enough(openFiles)} (in a systemd unit: LimitNOFILE=${enough(openFiles)}).`,
};
const OPEN_FILES: Shortage = {
  of: "room for open files",
  next: () =>
    "Close programs, or raise the limit of the whole machine (sysctl fs.file-max), and run the command again.",
};
const MEMORY: Shortage = { of: "memory", next: () => "Free memory, or raise the limit of the container or unit." };
const DISK: Shortage = { of: "disk space", next: () => "Make room on the file system of the record." };
const CONNECTIONS: Shortage = {
  of: "database connections",
  next: () =>
    "End other clients, or raise the limit: max_connections of the server, or CONNECTION LIMIT of the user or the database.",
};

/** By the codes of system calls and of PostgreSQL (appendix A of its manual). */
const SHORTAGES: Readonly<Record<string, Shortage>> = {
  EMFILE: DESCRIPTORS,
  ENFILE: OPEN_FILES,
  ENOMEM: MEMORY,
  ENOBUFS: MEMORY,
  ENOSPC: DISK,
  EDQUOT: DISK,
  "53100": DISK,
  "53200": MEMORY,
  "53300": CONNECTIONS,
};

/** Whether V8 could not allocate memory, for a buffer or for WebAssembly: it has words for that and no code. */
export function isOutOfMemory(problem: unknown): boolean {
  return problem instanceof RangeError && /allocation failed|could not allocate|out of memory/i.test(problem.message);
}

/** A chain of causes is followed so far: it may be a circle. */
const DEEPEST_CAUSE = 8;

/**
 * The shortage that made something fail, found in its chain of causes; undefined for any other failure. Such a
 * failure says nothing about the work, which succeeds once there is room again.
 */
export function shortageOf(problem: unknown): Shortage | undefined {
  let each = problem;
  for (let depth = 0; depth < DEEPEST_CAUSE && typeof each === "object" && each !== null; depth += 1) {
    if (isOutOfMemory(each)) return MEMORY;
    const { code, info, cause } = each as { code?: unknown; info?: { code?: unknown } | null; cause?: unknown };
    // Node's ERR_SYSTEM_ERROR has the code of the call in `info`.
    const found = SHORTAGES[String(code)] ?? SHORTAGES[String(info?.code)];
    if (found !== undefined) return found;
    each = cause;
  }
  return undefined;
}

/** Does the work as often as a shortage ends it, with a pause before each further time. Any other failure is thrown. */
export async function despiteShortage<T>(
  work: () => T | Promise<T>,
  pause: (problem: unknown) => Promise<unknown>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (problem) {
      if (shortageOf(problem) === undefined) throw problem;
      await pause(problem);
    }
  }
}
