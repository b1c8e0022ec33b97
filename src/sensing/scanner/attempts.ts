import type { Duration } from "../../model/index.ts";
import type { Conditions } from "./conditions.ts";
import type { Probe } from "./engine.ts";
import { createFifo } from "./fifo.ts";
import type { Pacer } from "./pace.ts";
import type { HostRecord } from "./path-records.ts";

/** One endpoint on its way to a result, over all its tries. Times are those of `performance.now()`. */
export interface Attempt {
  readonly probe: Probe;
  /** The record of its host; undefined for this machine's own address: not paced, answered at once. */
  readonly host: HostRecord | undefined;
  /** Tries sent. */
  tries: number;
  /** Whether it was retried because the first connection connected to itself. */
  metItself: boolean;
  /** How often this machine had no room for it. */
  shortages: number;
  /** Earliest time of the next try. */
  due: number;
  /** The timeout of the current try, and when it counts as silent. */
  timeout: Duration;
  deadline: number;
  /** `given-up`: reported as silent, and possibly tried once more at the end. `done`: finished. */
  stage: "open" | "given-up" | "done";
}

/** The next attempt, and its time. */
export interface Attempts {
  /** An attempt that can go out now; the pacer has counted it. */
  next(now: number): Attempt | undefined;
  /** When the next call makes sense; -Infinity: at once, Infinity: not before a reply arrives. */
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

export function createAttempts(
  probes: Iterator<Probe>,
  pacer: Pacer,
  conditions: Conditions,
  retryDelay: Duration,
): Attempts {
  // The delay is the same for all, so each queue is in order of due time by itself.
  const retries = createFifo<Attempt>();
  const soon = createFifo<Attempt>();
  const held: Attempt[] = [];
  let heldDue = Number.POSITIVE_INFINITY;
  let exhausted = false;

  function passes(attempt: Attempt, now: number): boolean {
    const { host, probe } = attempt;
    if (host === undefined) return true;
    // A query of the ceiling counts nothing, one of the pacer does: the pacer comes last.
    const wait = conditions.wait(host, now) || pacer.take(probe.endpoint.address, now);
    if (wait === 0) conditions.sent(host, now);
    else attempt.due = now + wait;
    return wait === 0;
  }

  function fromHeld(now: number): Attempt | undefined {
    if (now < heldDue) return undefined;
    let found: Attempt | undefined;
    for (let at = 0; at < held.length && found === undefined; at++) {
      const attempt = held[at];
      if (attempt === undefined || attempt.due > now) continue;
      const done = attempt.stage === "done";
      if (!done && !passes(attempt, now)) continue;
      held.splice(at--, 1);
      if (!done) found = attempt;
    }
    heldDue = held.reduce((earliest, attempt) => Math.min(earliest, attempt.due), Number.POSITIVE_INFINITY);
    return found;
  }

  /** Skips those that were answered while they waited for another try. */
  function head(queue: typeof retries): Attempt | undefined {
    while (queue.peek()?.stage === "done") queue.shift();
    return queue.peek();
  }
  function due(queue: typeof retries, now: number): Attempt | undefined {
    const first = head(queue);
    return first !== undefined && first.due <= now ? queue.shift() : undefined;
  }

  function fresh(): Attempt | undefined {
    if (exhausted || retries.size >= RETRIES_MOST) return undefined;
    const pulled = probes.next();
    if (pulled.done === true) {
      exhausted = true;
      return undefined;
    }
    const probe = pulled.value;
    const { address } = probe.endpoint;
    const host = pacer.exempt(address) ? undefined : conditions.host(address);
    return { probe, host, tries: 0, metItself: false, shortages: 0, due: 0, timeout: 0, deadline: 0, stage: "open" };
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
      const queued = Math.min(
        head(soon)?.due ?? Number.POSITIVE_INFINITY,
        head(retries)?.due ?? Number.POSITIVE_INFINITY,
      );
      return Math.min(heldDue, queued);
    },
    retry(attempt, now) {
      attempt.due = now + retryDelay;
      retries.push(attempt);
    },
    again(attempt, at) {
      attempt.due = at;
      soon.push(attempt);
    },
    drained: () =>
      exhausted &&
      held.every(({ stage }) => stage === "done") &&
      head(soon) === undefined &&
      head(retries) === undefined,
  };
}
