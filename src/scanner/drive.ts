import { type Attempt, createAttempts } from "./attempts.ts";
import { LONGEST_TRY, type ProbedState, type ScanReport, type ScanRequest } from "./engine.ts";
import type { Outcome } from "./outcome.ts";

/** What an engine does to the network. The drive decides what, when and how often. */
export interface Transport {
  /**
   * Starts one try. An outcome that is known at once is returned; else `settle` is told, later. After `waits` it is
   * told `go` when the try can begin, or what is known by then; until then the attempt has no deadline.
   */
  begin(attempt: Attempt): Outcome | undefined;
  /** Settles what already has an answer, for a slice at most; false when there may be more. */
  collect(): boolean;
  /** Gives up a try that is under way, and says what is known of it after all: as a rule that it was silent. */
  drop(attempt: Attempt): Outcome;
  /** Whether one more try can begin at this moment; where it is absent one always can. */
  room?(): boolean;
  /** Sends off what `begin` only queued; called before the event loop is given back. */
  flush?(): void;
  /** Closes everything it opened. */
  close(): void;
}

export interface DriveOptions {
  /** Connections that descriptors allow. */
  readonly capacity: number;
  readonly fdLimit: number;
  /** Of those under way, how many may be to this machine's own addresses; absent: all. */
  readonly localCapacity?: number;
  /** Tries begun before the event loop is given back, for a transport whose work begins after `begin` returned. */
  readonly beginsAtOnce?: number;
  createTransport(settle: (attempt: Attempt, outcome: Outcome) => void): Transport;
}

/** The event loop is given back after this long: a server, timers and signals share it. */
export const SLICE_MS = 8;
/** How often a probe may meet a shortage before it is left not scanned. */
const SHORTAGES_MOST = 10;
/** With nothing going out in between, some half a minute: then the scan ends and the rest is left not scanned. */
const SHORTAGES_IN_A_ROW_MOST = 35;
const LONGEST_PAUSE_MS = 1_000;
/** Attempts whose try cannot begin yet take no descriptor, but memory. */
const WAITING_MOST = 262_144;
/** Before a transport that has no room is asked again. */
const NO_ROOM_MS = 1;
/** After the last shortage, before more connections are tried again. */
const RECOVERY_MS = 1_000;

/** Outcomes of a beginning that sent nothing. */
const STAYED_HERE: ReadonlySet<Outcome["kind"]> = new Set(["shortage", "refused-here", "waits"]);

/** Carries one scan through: pulls probes as the pace allows, watches deadlines, retries silence, ends on abort. */
export function drive(request: ScanRequest, options: DriveOptions): Promise<ScanReport> {
  const { signal, clock } = request;
  const attempts = createAttempts(request.probes, request.pacer, request.retryDelay);
  const localTimeout = Math.min(request.loopbackTimeout, LONGEST_TRY);
  const networkTimeout = Math.min(request.timeout, LONGEST_TRY);
  // Sets keep the order of insertion, and within each the timeout is the same: the first has the next deadline.
  const localPending = new Set<Attempt>();
  const networkPending = new Set<Attempt>();
  const waiting = new Set<Attempt>();
  const errors: Record<string, number> = {};
  const roomAtFirst = Math.max(1, Math.min(request.concurrency, options.capacity));
  let capacity = roomAtFirst;
  const localCapacity = options.localCapacity ?? Number.POSITIVE_INFINITY;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let shortagesInARow = 0;
  let sent = 0;
  let retried = 0;
  let selfConnects = 0;
  let ended = false;
  let immediate: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;

  const { promise, resolve, reject } = Promise.withResolvers<ScanReport>();
  const transport = options.createTransport(settleLater);

  function end(failure?: { cause: unknown }): void {
    if (ended) return;
    ended = true;
    clearImmediate(immediate);
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    transport.close();
    if (failure === undefined) resolve({ sent, retried, selfConnects, fdLimit: options.fdLimit, errors });
    else reject(failure.cause);
  }
  function onAbort(): void {
    end();
  }
  /** Everything that the event loop calls comes through here, so that a throwing `onResult` closes the sockets too. */
  function guarded(work: () => void): void {
    if (ended) return;
    try {
      work();
    } catch (cause) {
      end({ cause });
    }
  }

  function report(attempt: Attempt, state: ProbedState): void {
    if (ended) return;
    const { index, endpoint } = attempt.probe;
    request.onResult({ index, endpoint, state, at: clock.now() });
  }

  function settle(attempt: Attempt, outcome: Outcome): void {
    switch (outcome.kind) {
      case "state":
        report(attempt, outcome.state);
        return;
      case "silent":
        if (attempt.tries <= request.retries) attempts.retry(attempt, performance.now());
        else report(attempt, "no-response");
        return;
      case "self-connect":
        selfConnects++;
        // Only a port that nobody holds can be given out as a source port, so meeting itself again says closed too.
        if (attempt.metItself) return report(attempt, "closed");
        attempt.metItself = true;
        attempts.again(attempt, performance.now());
        return;
      case "shortage":
        shortage(attempt, outcome.code);
        return;
      case "refused-here":
        errors[outcome.code] = (errors[outcome.code] ?? 0) + 1;
        return;
      case "waits":
        waiting.add(attempt);
        return;
      case "go":
        // It passes the pace once more: what waited together must not go out together.
        attempts.again(attempt, performance.now());
        return;
      default:
        outcome satisfies never;
    }
  }

  function shortage(attempt: Attempt, code: string): void {
    errors[code] = (errors[code] ?? 0) + 1;
    attempt.shortages++;
    shortagesInARow++;
    const pending = underWay();
    if (code === "EMFILE" || code === "ENFILE") capacity = Math.max(1, Math.min(capacity, pending - waiting.size));
    pausedUntil = performance.now() + Math.min(LONGEST_PAUSE_MS, 20 * 2 ** shortagesInARow);
    if (attempt.shortages < SHORTAGES_MOST) attempts.again(attempt, pausedUntil);
    if (shortagesInARow >= SHORTAGES_IN_A_ROW_MOST && pending === 0) end();
  }

  function settleLater(attempt: Attempt, outcome: Outcome): void {
    guarded(() => {
      // What is no longer under way has its outcome: a late answer to it changes nothing.
      const tried = localPending.delete(attempt) || networkPending.delete(attempt);
      if (!tried && !waiting.delete(attempt)) return;
      if (tried && (outcome.kind === "shortage" || outcome.kind === "refused-here")) countBack(attempt);
      settle(attempt, outcome);
      soon();
    });
  }

  /** node:net says only later that a call failed at once and nothing went out. */
  function countBack(attempt: Attempt): void {
    if (attempt.tries > 1) retried--;
    attempt.tries--;
    sent--;
  }

  function begin(attempt: Attempt, now: number): void {
    const outcome = transport.begin(attempt);
    const wentOut = outcome === undefined || !STAYED_HERE.has(outcome.kind);
    if (wentOut) {
      shortagesInARow = 0;
      attempt.tries++;
      sent++;
      if (attempt.tries > 1) retried++;
    }
    if (outcome !== undefined) return settle(attempt, outcome);
    // Descriptors that somebody else in this process took for a while come back one by one.
    if (capacity < roomAtFirst && now > pausedUntil + RECOVERY_MS) capacity++;
    attempt.deadline = now + (attempt.local ? localTimeout : networkTimeout);
    (attempt.local ? localPending : networkPending).add(attempt);
  }

  /** Counts as silent what is past its deadline; false when the slice ended before all of it. */
  function expire(pending: Set<Attempt>, now: number): boolean {
    for (const attempt of pending) {
      if (attempt.deadline > now) return true;
      if (performance.now() - now > SLICE_MS) return false;
      pending.delete(attempt);
      settle(attempt, transport.drop(attempt));
    }
    return true;
  }

  const underWay = (): number => localPending.size + networkPending.size + waiting.size;
  const free = (): boolean =>
    localPending.size + networkPending.size < capacity &&
    localPending.size < localCapacity &&
    waiting.size < WAITING_MOST;

  function step(): void {
    stepOn();
    if (!ended) transport.flush?.();
  }

  function stepOn(): void {
    immediate = undefined;
    const began = performance.now();
    // Answers first: after a stall of this process they wait in the kernel, and are no silence.
    if (!transport.collect()) return soon();
    if (ended) return;
    if (!expire(localPending, began) || !expire(networkPending, began)) return soon();
    const most = options.beginsAtOnce ?? Number.POSITIVE_INFINITY;
    for (let now = performance.now(), begun = 0; ; now = performance.now(), begun++) {
      if (ended) return;
      if (now - began > SLICE_MS || begun >= most) return soon();
      if (!free() || now < pausedUntil) break;
      if (transport.room?.() === false) {
        pausedUntil = now + NO_ROOM_MS;
        break;
      }
      const attempt = attempts.next(now);
      if (attempt === undefined) break;
      begin(attempt, now);
    }
    if (attempts.drained() && underWay() === 0) return end();
    sleep();
  }

  function soon(): void {
    immediate ??= setImmediate(() => guarded(step));
  }

  function sleep(): void {
    const wake = Math.min(
      free() ? Math.max(attempts.dueAt(), pausedUntil) : Number.POSITIVE_INFINITY,
      first(localPending),
      first(networkPending),
    );
    if (wake === timerAt || wake === Number.POSITIVE_INFINITY) return;
    clearTimeout(timer);
    timerAt = wake;
    timer = setTimeout(
      () => {
        timerAt = Number.POSITIVE_INFINITY;
        // Through the event loop's poll phase first, for the same reason as above.
        soon();
      },
      Math.max(1, Math.ceil(wake - performance.now())),
    );
  }

  if (signal?.aborted === true) end();
  else {
    signal?.addEventListener("abort", onAbort, { once: true });
    soon();
  }
  return promise;
}

function first(pending: ReadonlySet<Attempt>): number {
  for (const attempt of pending) return attempt.deadline;
  return Number.POSITIVE_INFINITY;
}
