import { type Attempt, createAttempts } from "./attempts.ts";
import { createConditions } from "./conditions.ts";
import { createDeadlines, type Deadlines } from "./deadlines.ts";
import { LONGEST_TRY, type ProbedState, type ScanReport, type ScanRequest } from "./engine.ts";
import { createGivenUp } from "./given-up.ts";
import type { ProbeOutcome } from "./probe-outcome.ts";
import { createShortages } from "./shortages.ts";
import { createWake } from "./wake.ts";

/** The operations of an engine on the network. The drive decides what, when and how often. */
export interface ProbeChannel {
  /**
   * Starts one try. Returns an outcome that is known at once; otherwise passes it to `settle` later. After `waits`,
   * `settle` receives `go` when the try can begin, or an outcome known by then; until then the attempt has no deadline.
   */
  begin(attempt: Attempt): ProbeOutcome | undefined;
  /** Settles tries that already have an answer, for one slice at most; false if there may be more. */
  collect(): boolean;
  /** Gives up a try that is under way, and returns its final outcome: usually silence. */
  drop(attempt: Attempt): ProbeOutcome;
  /**
   * If present, late answers are received between the tries of an attempt, until this is called after the last; which
   * try they belong to is unknown.
   */
  forget?(attempt: Attempt): void;
  /** Whether one more try can begin at this moment; if absent, one always can. */
  room?(): boolean;
  /** Sends everything that `begin` only queued; called before yielding to the event loop. */
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
  /** Tries begun before yielding to the event loop, for a transport whose work begins after `begin` returned. */
  readonly beginsAtOnce?: number;
  createChannel(settle: (attempt: Attempt, outcome: ProbeOutcome) => void): ProbeChannel;
}

/** Yields to the event loop after this long: a server, timers and signals share it. */
export const SLICE_MS = 8;
/** Delay before a transport without room is tried again. */
const NO_ROOM_MS = 1;
/** Attempts whose try cannot begin yet take no descriptor, but memory. */
const WAITING_MOST = 262_144;
/** Outcomes of a start that sent nothing. */
const STAYED_HERE: ReadonlySet<ProbeOutcome["kind"]> = new Set(["shortage", "refused-here", "waits"]);

/** Carries one scan through: pulls probes as the pace allows, watches deadlines, retries silence, ends on abort. */
export function drive(request: ScanRequest, options: DriveOptions): Promise<ScanReport> {
  const { signal, clock } = request;
  const { conditions = createConditions(performance.now()) } = request;
  const attempts = createAttempts(request.probes, request.pacer, conditions, request.retryDelay);
  const givenUp = createGivenUp();
  const baseTries = request.retries + 1;
  const localTimeout = Math.min(request.loopbackTimeout, LONGEST_TRY);
  const networkTimeout = Math.min(request.timeout, LONGEST_TRY);
  const localPending = createDeadlines();
  const networkPending = createDeadlines();
  const waiting = new Set<Attempt>();
  const errors: Record<string, number> = {};
  const shortages = createShortages(Math.max(1, Math.min(request.concurrency, options.capacity)));
  const localCapacity = options.localCapacity ?? Number.POSITIVE_INFINITY;
  let sent = 0;
  let retried = 0;
  let selfConnects = 0;
  let ended = false;
  const wake = createWake(() => guarded(step));

  const { promise, resolve, reject } = Promise.withResolvers<ScanReport>();
  const transport = options.createChannel(settleLater);

  function end(failure?: { cause: unknown }): void {
    if (ended) return;
    ended = true;
    wake.stop();
    signal?.removeEventListener("abort", onAbort);
    transport.close();
    if (failure !== undefined) return reject(failure.cause);
    const { forgotten } = givenUp;
    resolve({ sent, retried, selfConnects, fdLimit: options.fdLimit, errors, forgotten, ...conditions.report() });
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

  function settle(attempt: Attempt, outcome: ProbeOutcome): void {
    // Only its outcome shows that a try went out: node:net reports a shortage as late as an answer.
    if (!STAYED_HERE.has(outcome.kind)) shortages.wentOut();
    switch (outcome.kind) {
      case "state":
        answered(attempt, outcome.state);
        return;
      case "silent":
        silent(attempt);
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
        // It is paced once more: tries that waited together must not go out together.
        attempts.again(attempt, performance.now());
        return;
      default:
        outcome satisfies never;
    }
  }

  function answered(attempt: Attempt, state: ProbedState): void {
    const { host, tries } = attempt;
    if (host !== undefined) {
      const now = performance.now();
      const took = now - (attempt.deadline - attempt.timeout);
      // A host that accepts repeats its answer after a second if the first was lost (RFC 6298, section 2.1).
      const measured = (tries === 1 || transport.forget === undefined) && took < LONGEST_TRY;
      conditions.answered(host, attempt, state, measured ? took : undefined, now);
      if (attempt.stage === "given-up") conditions.takenUp(host, attempt);
    }
    attempt.stage = "done";
    report(attempt, state);
  }

  function silent(attempt: Attempt): void {
    const { host } = attempt;
    const now = performance.now();
    if (host !== undefined) conditions.silent(host, attempt, now);
    if (grantsTry(attempt)) return attempts.retry(attempt, now);
    transport.forget?.(attempt);
    if (attempt.stage === "given-up") return;
    attempt.stage = "given-up";
    if (host !== undefined) {
      conditions.givenUp(host, attempt);
      if (conditions.mayWantMore(host, baseTries)) givenUp.add(attempt);
    }
    report(attempt, "no-response");
  }

  /** If no second try was requested, there is none, and nothing is learned about loss. */
  const grantsTry = ({ host, tries }: Attempt): boolean =>
    host === undefined || baseTries === 1 ? tries < baseTries : conditions.grantsTry(host, tries, baseTries);

  /** Tries given up before the loss was known. False if none of them needs another try. */
  function lookOnceMore(): boolean {
    const now = performance.now();
    const wanted = givenUp.take().filter(grantsTry);
    for (const attempt of wanted) attempts.again(attempt, now);
    return wanted.length > 0;
  }

  function shortage(attempt: Attempt, code: string): void {
    errors[code] = (errors[code] ?? 0) + 1;
    const due = shortages.met(attempt, code, holding(), performance.now());
    if (due !== undefined) attempts.again(attempt, due);
    if (shortages.hopeless && underWay() === 0) end();
  }

  function settleLater(attempt: Attempt, outcome: ProbeOutcome): void {
    guarded(() => {
      const tried = localPending.delete(attempt) || networkPending.delete(attempt);
      // Between two tries an answer still counts. After the last one nothing does.
      const late = transport.forget !== undefined && attempt.stage !== "done" && attempt.tries > 0;
      if (!tried && !waiting.delete(attempt) && !(late && outcome.kind === "state")) return;
      if (tried && (outcome.kind === "shortage" || outcome.kind === "refused-here")) countBack(attempt);
      settle(attempt, outcome);
      wake.soon();
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
      attempt.tries++;
      sent++;
      if (attempt.tries > 1) retried++;
    }
    if (outcome !== undefined) return settle(attempt, outcome);
    shortages.began(now);
    const { host, tries, probe } = attempt;
    if (host === undefined) localPending.add(attempt, now, localTimeout);
    // How fast a host's kernel answers says nothing of how fast a service over UDP does.
    else if (probe.endpoint.transport === "udp") networkPending.add(attempt, now, networkTimeout);
    else networkPending.add(attempt, now, conditions.timeout(host, tries, networkTimeout));
  }

  /** Counts as silent what is past its deadline; false when the slice ended before all of it. */
  function expire(pending: Deadlines, now: number): boolean {
    for (;;) {
      if (performance.now() - now > SLICE_MS) return false;
      const attempt = pending.expired(now);
      if (attempt === undefined) return true;
      settle(attempt, transport.drop(attempt));
      if (ended) return true;
    }
  }

  const holding = (): number => localPending.size + networkPending.size;
  const underWay = (): number => holding() + waiting.size;

  function step(): void {
    stepOn();
    if (!ended) transport.flush?.();
  }

  function stepOn(): void {
    const began = performance.now();
    // Answers first: after a stall of this process they wait in the kernel, and do not count as silence.
    if (!transport.collect()) return wake.soon();
    if (ended) return;
    if (!expire(localPending, began) || !expire(networkPending, began)) return wake.soon();
    const most = options.beginsAtOnce ?? Number.POSITIVE_INFINITY;
    for (let now = performance.now(), begun = 0; ; now = performance.now(), begun++) {
      if (ended) return;
      if (now - began > SLICE_MS || begun >= most) return wake.soon();
      if (!hasRoom() || now < shortages.pausedUntil) break;
      if (transport.room?.() === false) {
        shortages.pause(now + NO_ROOM_MS);
        break;
      }
      const attempt = attempts.next(now);
      if (attempt === undefined) break;
      begin(attempt, now);
    }
    if (attempts.drained() && underWay() === 0) return lookOnceMore() ? wake.soon() : end();
    wake.at(
      Math.min(
        hasRoom() ? Math.max(attempts.dueAt(), shortages.pausedUntil) : Number.POSITIVE_INFINITY,
        localPending.first(),
        networkPending.first(),
      ),
    );
  }

  const hasRoom = (): boolean =>
    holding() < shortages.capacity && localPending.size < localCapacity && waiting.size < WAITING_MOST;

  if (signal?.aborted === true) end();
  else {
    signal?.addEventListener("abort", onAbort, { once: true });
    wake.soon();
  }
  return promise;
}
