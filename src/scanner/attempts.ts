import type { Duration } from "../model/index.ts";
import type { Probe } from "./engine.ts";
import { createFifo } from "./fifo.ts";
import type { Pacer } from "./pace.ts";

/** One endpoint on its way to a result, over all its tries. Times are those of `performance.now()`. */
export interface Attempt {
  readonly probe: Probe;
  /** This machine's own address: not paced, answered at once, shorter timeout. */
  readonly local: boolean;
  /** Tries that went out. */
  tries: number;
  /** Whether it was tried once more because the first connection met itself. */
  metItself: boolean;
  /** How often this machine had no room for it. */
  shortages: number;
  /** When it may be tried. */
  due: number;
  /** When the try under way counts as silent. */
  deadline: number;
}

/** What is to be tried next, and when. */
export interface Attempts {
  /** An attempt that may go out now; it is counted by the pacer. */
  next(now: number): Attempt | undefined;
  /** When asking again makes sense; -Infinity: at once, Infinity: not before something comes back. */
  dueAt(): number;
  /** Another try after silence, once the retry delay has passed. */
  retry(attempt: Attempt, now: number): void;
  /** Another try soon, for a reason of this machine's own. */
  again(attempt: Attempt, due: number): void;
  /** Nothing is left to be tried. */
  drained(): boolean;
}

/** Attempts that wait for their host's or the sweep's pace; beyond this nothing new is pulled. */
const HELD_MOST = 256;
/** Attempts that wait for their retry; beyond this nothing new is pulled. */
const RETRIES_MOST = 262_144;

export function createAttempts(probes: Iterator<Probe>, pacer: Pacer, retryDelay: Duration): Attempts {
  // The delay is the same for all, so each queue is in order of due time by itself.
  const retries = createFifo<Attempt>();
  const soon = createFifo<Attempt>();
  const held: Attempt[] = [];
  let heldDue = Number.POSITIVE_INFINITY;
  let exhausted = false;

  function passes(attempt: Attempt, now: number): boolean {
    if (attempt.local) return true;
    const wait = pacer.take(attempt.probe.endpoint.address, now);
    if (wait === 0) return true;
    attempt.due = now + wait;
    return false;
  }

  function fromHeld(now: number): Attempt | undefined {
    if (now < heldDue) return undefined;
    const ready = held.findIndex((attempt) => attempt.due <= now && passes(attempt, now));
    const found = ready < 0 ? undefined : held.splice(ready, 1)[0];
    heldDue = held.reduce((earliest, attempt) => Math.min(earliest, attempt.due), Number.POSITIVE_INFINITY);
    return found;
  }

  function due(queue: typeof retries, now: number): Attempt | undefined {
    const head = queue.peek();
    return head !== undefined && head.due <= now ? queue.shift() : undefined;
  }

  function fresh(): Attempt | undefined {
    if (exhausted || retries.size >= RETRIES_MOST) return undefined;
    const pulled = probes.next();
    if (pulled.done === true) {
      exhausted = true;
      return undefined;
    }
    const probe = pulled.value;
    const local = pacer.exempt(probe.endpoint.address);
    return { probe, local, tries: 0, metItself: false, shortages: 0, due: 0, deadline: 0 };
  }

  function next(now: number): Attempt | undefined {
    const ready = fromHeld(now);
    if (ready !== undefined) return ready;
    while (held.length < HELD_MOST) {
      const attempt = due(soon, now) ?? due(retries, now) ?? fresh();
      if (attempt === undefined) return undefined;
      if (passes(attempt, now)) return attempt;
      held.push(attempt);
      heldDue = Math.min(heldDue, attempt.due);
    }
    return undefined;
  }

  return {
    next,
    dueAt() {
      if (held.length >= HELD_MOST) return heldDue;
      if (!exhausted && retries.size < RETRIES_MOST) return Number.NEGATIVE_INFINITY;
      const head = Math.min(
        soon.peek()?.due ?? Number.POSITIVE_INFINITY,
        retries.peek()?.due ?? Number.POSITIVE_INFINITY,
      );
      return Math.min(heldDue, head);
    },
    retry(attempt, now) {
      attempt.due = now + retryDelay;
      retries.push(attempt);
    },
    again(attempt, at) {
      attempt.due = at;
      soon.push(attempt);
    },
    drained: () => exhausted && held.length === 0 && soon.size === 0 && retries.size === 0,
  };
}
