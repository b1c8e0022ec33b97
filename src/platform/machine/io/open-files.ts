import { readFileSync } from "node:fs";
import { DESCRIPTORS, Fault } from "../../../model/index.ts";

/** `Max open files  <soft>  <hard>  files`; 1,048,576 for `unlimited`, which is what the kernel allows at most by default. */
export function softLimit(limits: string): number {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (soft === undefined) throw new Error("/proc/self/limits does not name the limit of open files");
  return soft === "unlimited" ? 1_048_576 : Number(soft);
}

/** How many files this process may open (RLIMIT_NOFILE); undefined where the system does not tell, or none is left. */
export function openFilesLimit(): number | undefined {
  try {
    return softLimit(readFileSync("/proc/self/limits", "utf8"));
  } catch {
    return undefined;
  }
}

/** Fault `system-failed` where this process may open fewer than `needed` files. */
export function requireOpenFiles(needed: number, what: string): void {
  const limit = openFilesLimit();
  if (limit === undefined || limit >= needed) return;
  throw new Fault("system-failed", `${what} needs ${needed} open files, and this process may open ${limit}.`, {
    next: DESCRIPTORS.next(limit),
  });
}
