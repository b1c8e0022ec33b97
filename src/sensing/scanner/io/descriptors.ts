import { readdirSync, readFileSync } from "node:fs";
import { shareOfConnections } from "../../../model/index.ts";
import { softLimit } from "../../../platform/machine/index.ts";

/** How many descriptors this process may open. */
export interface DescriptorBudget {
  /** Soft limit (RLIMIT_NOFILE); 0 where the system does not tell. */
  readonly limit: number;
  /** Of those, what a scan may use now; at least 1. */
  readonly free: number;
}

/** For the database and log files of the same process. The connections of the API have a share of their own. */
const RESERVED = 64;
/** Without /proc: fewer than any current default (256 on macOS) leaves. */
const FREE_WHEN_UNTOLD = 128;

/** Reads limit and use from /proc/self (proc(5)). */
export function descriptorBudget(): DescriptorBudget {
  try {
    const limit = softLimit(readFileSync("/proc/self/limits", "utf8"));
    const used = readdirSync("/proc/self/fd").length;
    // A low limit is shared in halves instead, so that the scan still makes its way.
    const free = Math.max(limit - used - RESERVED - shareOfConnections(limit), Math.floor((limit - used) / 2));
    return { limit, free: Math.max(1, free) };
  } catch {
    return { limit: 0, free: FREE_WHEN_UNTOLD };
  }
}
