import type { Attempt } from "./attempts.ts";

/** Shortages of this machine (descriptors, ports, memory), and when it makes sense to try again. */
export interface Shortages {
  /** Most tries under way. */
  readonly capacity: number;
  /** Nothing begins before. */
  readonly pausedUntil: number;
  /** So many in a row, nothing under way and nothing going out in between: half a minute without any room. */
  readonly hopeless: boolean;
  /** A try met a shortage; returns when to try again, undefined if it has met too many. */
  met(attempt: Attempt, code: string, underWay: number, now: number): number | undefined;
  /** A try went out. */
  wentOut(): void;
  /** A try is under way. */
  began(now: number): void;
  pause(until: number): void;
}

/** How often a probe may meet a shortage before it is left not scanned. */
const SHORTAGES_MOST = 10;
const IN_A_ROW_MOST = 35;
const LONGEST_PAUSE_MS = 1_000;
/** After the last shortage, before more connections are tried again. */
const RECOVERY_MS = 1_000;

export function createShortages(roomAtFirst: number): Shortages {
  let capacity = roomAtFirst;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let inARow = 0;
  return {
    get capacity() {
      return capacity;
    },
    get pausedUntil() {
      return pausedUntil;
    },
    get hopeless() {
      return inARow >= IN_A_ROW_MOST;
    },
    met(attempt, code, underWay, now) {
      attempt.shortages++;
      inARow++;
      if (code === "EMFILE" || code === "ENFILE") capacity = Math.max(1, Math.min(capacity, underWay));
      pausedUntil = now + Math.min(LONGEST_PAUSE_MS, 20 * 2 ** inARow);
      return attempt.shortages < SHORTAGES_MOST ? pausedUntil : undefined;
    },
    wentOut() {
      inARow = 0;
    },
    began(now) {
      // Descriptors that other code in this process took for a while come back one by one.
      if (capacity < roomAtFirst && now > pausedUntil + RECOVERY_MS) capacity++;
    },
    pause(until) {
      pausedUntil = until;
    },
  };
}
