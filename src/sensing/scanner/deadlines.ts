import type { Duration } from "../../model/index.ts";
import type { Attempt } from "./attempts.ts";

/** Tries under way, by when they count as silent. */
export interface Deadlines {
  readonly size: number;
  add(attempt: Attempt, now: number, timeout: Duration): void;
  /** False when it was not under way. */
  delete(attempt: Attempt): boolean;
  /** When the next one counts as silent; Infinity: nothing is under way. */
  first(): number;
  /** Takes one out that counts as silent by now. */
  expired(now: number): Attempt | undefined;
}

/**
 * A set for each length of timeout, of which there must be few: sets keep the order of insertion, and where the
 * timeout is the same the first has the next deadline.
 */
export function createDeadlines(): Deadlines {
  const byTimeout = new Map<Duration, Set<Attempt>>();
  let size = 0;

  function remove(from: Set<Attempt> | undefined, attempt: Attempt): boolean {
    if (from?.delete(attempt) !== true) return false;
    size--;
    return true;
  }

  return {
    get size() {
      return size;
    },
    add(attempt, now, timeout) {
      let same = byTimeout.get(timeout);
      if (same === undefined) byTimeout.set(timeout, (same = new Set()));
      attempt.timeout = timeout;
      attempt.deadline = now + timeout;
      same.add(attempt);
      size++;
    },
    delete: (attempt) => remove(byTimeout.get(attempt.timeout), attempt),
    first() {
      let earliest = Number.POSITIVE_INFINITY;
      for (const same of byTimeout.values()) {
        for (const attempt of same) {
          earliest = Math.min(earliest, attempt.deadline);
          break;
        }
      }
      return earliest;
    },
    expired(now) {
      for (const same of byTimeout.values()) {
        for (const attempt of same) {
          if (attempt.deadline > now) break;
          remove(same, attempt);
          return attempt;
        }
      }
      return undefined;
    },
  };
}
