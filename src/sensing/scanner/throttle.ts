import type { Duration } from "../../model/index.ts";

/**
 * A ceiling on the rate of one path, below the pace that somebody configured. There is none until much is lost; then
 * it is tried whether going slower helps. Where a queue overflows or answers are rationed, half the rate brings a
 * larger share of answers; where a path merely loses, it brings the same share in twice the time, and the ceiling is
 * lifted again. Halving and adding are those of congestion control (RFC 5681, section 3.1).
 */
export interface Throttle {
  /** 0, or in how many milliseconds to call again. Counts nothing. */
  wait(now: number): Duration;
  /** One probe goes out. */
  sent(now: number): void;
  /** The outcome of a first try. True once there are enough for a {@link review}. */
  outcome(answered: boolean, now: number): boolean;
  /** Decides on the ceiling, given the share of tries that get lost. */
  review(now: number, loss: number): void;
  /** Probes a second; Infinity while nothing is held back. */
  readonly ceiling: number;
}

/** Below this, retries suffice, and the effect of slowing down is not distinguishable from chance. */
const MUCH_LOST = 0.05;
/** A comparison spans at least this long, and enough outcomes for the expected gain to stand out from chance. */
const WINDOW_MS = 1_000;
const OUTCOMES_LEAST = 100;
const LOST_LEAST = 25;
/** Slowing down did not help: delay before it is tried again, doubled each time. */
const PATIENCE_MS = 10_000;
const PATIENCE_MOST_MS = 320_000;
/** Slowing down helped: delay before the next step, since losses from before it still come in. */
const SETTLED_MS = 4_000;
/** Unless told otherwise, no path is slowed down below this share of the rate at which the trouble was first seen. */
const FLOOR_SHARE = 1 / 8;
/** Nor below so many probes a second: nobody is helped by less, and its results would come too late. */
const SLOWEST = 10;
const STEP_SHARE = 1 / 16;
const BURST_SHARE = 0.02;

interface Before {
  readonly share: number;
  readonly loss: number;
  readonly ceiling: number;
}

export function createThrottle(now: number, floorShare = FLOOR_SHARE): Throttle {
  let ceiling = Number.POSITIVE_INFINITY;
  let unrestrained = 0;
  let full = now;
  let began = now;
  let answered = 0;
  let silent = 0;
  let phase: "watching" | "settling" | "trial" = "watching";
  let before: Before | undefined;
  let quietUntil = now;
  let patience = PATIENCE_MS;
  let enough = OUTCOMES_LEAST;

  function restart(at: number): void {
    began = at;
    answered = 0;
    silent = 0;
    enough = OUTCOMES_LEAST;
  }
  /** Whether enough was lost to distinguish a gain from chance; otherwise the test is repeated at twice as much. */
  function tells(loss: number): boolean {
    enough = 2 * (answered + silent);
    return (answered + silent) * loss >= LOST_LEAST;
  }

  function watch(at: number, loss: number): void {
    if (at < quietUntil) return restart(at);
    const rate = (1_000 * (answered + silent)) / (at - began);
    const share = answered / (answered + silent);
    if (loss > MUCH_LOST && share > 0) {
      if (!tells(loss)) return;
      if (ceiling === Number.POSITIVE_INFINITY) unrestrained = rate;
      const slower = Math.max(SLOWEST, unrestrained * floorShare, Math.min(rate, ceiling) / 2);
      if (slower >= ceiling) return restart(at);
      before = { share, loss, ceiling };
      ceiling = slower;
      phase = "settling";
    } else if (ceiling !== Number.POSITIVE_INFINITY) {
      ceiling += unrestrained * STEP_SHARE;
      if (ceiling >= unrestrained) ceiling = Number.POSITIVE_INFINITY;
    }
    restart(at);
  }

  function judge(at: number, was: Before): void {
    if (!tells(was.loss)) return;
    const gain = answered / (answered + silent) / was.share - 1;
    const possible = Math.min(1, was.loss / (1 - was.loss));
    if (gain >= possible / 2) {
      quietUntil = at + SETTLED_MS;
      patience = PATIENCE_MS;
    } else {
      ceiling = was.ceiling;
      quietUntil = at + patience;
      patience = Math.min(patience * 2, PATIENCE_MOST_MS);
    }
    phase = "watching";
    restart(at);
  }

  return {
    get ceiling() {
      return ceiling;
    },
    wait(at) {
      if (ceiling === Number.POSITIVE_INFINITY) return 0;
      const interval = 1_000 / ceiling;
      const tolerance = Math.max(0, Math.floor(ceiling * BURST_SHARE) - 1) * interval;
      return Math.max(0, full - tolerance - at);
    },
    sent(at) {
      if (ceiling !== Number.POSITIVE_INFINITY) full = Math.max(full, at) + 1_000 / ceiling;
    },
    outcome(wasAnswered, at) {
      if (wasAnswered) answered++;
      else silent++;
      return at - began >= WINDOW_MS && answered + silent >= enough;
    },
    review(at, loss) {
      if (phase === "watching") watch(at, loss);
      else if (phase === "trial" && before !== undefined) judge(at, before);
      else {
        phase = "trial";
        restart(at);
      }
    },
  };
}
