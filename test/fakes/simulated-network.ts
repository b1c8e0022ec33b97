import { vi } from "vitest";
import type { Attempt } from "../../src/sensing/scanner/attempts.ts";
import { drive, type ProbeChannel } from "../../src/sensing/scanner/drive.ts";
import type { Probe, ProbeResult, ScanReport, ScanRequest } from "../../src/sensing/scanner/engine.ts";
import { type ProbeOutcome, OPEN, SILENT } from "../../src/sensing/scanner/probe-outcome.ts";
import { createPacer } from "../../src/sensing/scanner/pace.ts";

/** The true state of an endpoint. */
export type Truth = "open" | "closed" | "filtered";

export interface SimulatedNetwork {
  readonly seed: number;
  readonly hosts: number;
  readonly ports: number;
  truth(host: number, port: number): Truth;
  /** Share of packets lost, on the way there and again on the way back; may depend on the time since the start. */
  readonly loss?: number | ((now: number) => number);
  /** Milliseconds; half as much again at random. */
  readonly roundTrip?: number;
  /** Most refusals per second that each host sends. */
  readonly refusals?: number;
  /**
   * Packets per second that the path carries; further ones enter a queue of a twentieth of a second, then are dropped.
   */
  readonly capacity?: number;
  readonly request?: Partial<ScanRequest>;
  /** As a transport that receives late answers, or as one that does not. */
  readonly hearsLate?: boolean;
}

export interface Simulated {
  readonly states: ReadonlyMap<string, string>;
  readonly report: ScanReport;
  readonly results: readonly ProbeResult[];
  /** Virtual milliseconds. */
  readonly took: number;
  /** The share of the truly open endpoints that was reported open. */
  readonly recall: number;
  /** When each try went out, in virtual milliseconds. */
  readonly sentAt: readonly number[];
}

export const nameOf = (host: number, port: number): string => `${addressOf(host)} ${port}`;
export const addressOf = (host: number): string => `192.0.${host >> 8}.${host & 255}`;

/** Numbers in [0, 1) that are the same on every machine (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A token bucket with `rate` per second and a capacity of `depth`. */
function bucket(rate: number, depth: number): (now: number) => boolean {
  let tokens = depth;
  let last = 0;
  return (now) => {
    tokens = Math.min(depth, tokens + ((now - last) * rate) / 1_000);
    last = now;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}

/** One scan over a simulated network in virtual time; requires fake timers. */
export async function simulate(network: SimulatedNetwork): Promise<Simulated> {
  const random = randomFrom(network.seed);
  const start = performance.now();
  const { loss = 0, roundTrip = 10, capacity, refusals } = network;
  const lossNow = typeof loss === "number" ? () => loss : loss;
  const passes = capacity === undefined ? () => true : bucket(capacity, capacity / 20);
  const refuses = new Map<string, (now: number) => boolean>();
  const answers: { at: number; attempt: Attempt; tryNumber: number; outcome: ProbeOutcome }[] = [];
  const sentAt: number[] = [];
  const results: ProbeResult[] = [];
  const states = new Map<string, string>();
  const order = shuffled(network.hosts * network.ports, random);
  const truths = new Map<string, Truth>();
  for (let host = 0; host < network.hosts; host++) {
    for (let port = 1; port <= network.ports; port++) truths.set(nameOf(host, port), network.truth(host, port));
  }

  function answerTo({ probe }: Attempt, now: number): ProbeOutcome | undefined {
    const { address, port } = probe.endpoint;
    const truth = truths.get(`${address} ${port}`);
    if (truth === "filtered" || !passes(now) || random() < lossNow(now)) return undefined;
    if (truth === "closed" && refusals !== undefined) {
      let limit = refuses.get(address);
      if (limit === undefined) refuses.set(address, (limit = bucket(refusals, 1)));
      if (!limit(now)) return undefined;
    }
    if (random() < lossNow(now)) return undefined;
    return truth === "open" ? OPEN : { kind: "state", state: "closed" };
  }

  function createChannel(settle: (attempt: Attempt, outcome: ProbeOutcome) => void): ProbeChannel {
    const wanted = new Map<Attempt, number>();
    let timer: NodeJS.Timeout | undefined;
    function tell(): void {
      timer = undefined;
      const now = performance.now();
      while ((answers[0]?.at ?? Number.POSITIVE_INFINITY) <= now) {
        const answer = answers.shift();
        if (answer === undefined) break;
        const current = wanted.get(answer.attempt);
        if (current === undefined || (network.hearsLate !== true && current !== answer.tryNumber)) continue;
        wanted.delete(answer.attempt);
        settle(answer.attempt, answer.outcome);
      }
      arm();
    }
    function arm(): void {
      const next = answers[0];
      if (timer === undefined && next !== undefined) timer = setTimeout(tell, Math.max(1, next.at - performance.now()));
    }
    const shared = {
      begin(attempt: Attempt): undefined {
        const now = performance.now() - start;
        sentAt.push(now);
        wanted.set(attempt, attempt.tries + 1);
        const outcome = answerTo(attempt, now);
        if (outcome === undefined) return undefined;
        const at = performance.now() + roundTrip * (1 + random() / 2);
        const answer = { at, attempt, tryNumber: attempt.tries + 1, outcome };
        let place = answers.length;
        while (place > 0 && (answers[place - 1]?.at ?? 0) > at) place--;
        answers.splice(place, 0, answer);
        arm();
        return undefined;
      },
      collect: () => true,
      close: () => clearTimeout(timer),
    };
    if (network.hearsLate === true) {
      return { ...shared, drop: () => SILENT, forget: (attempt) => void wanted.delete(attempt) };
    }
    return { ...shared, drop: (attempt) => (wanted.delete(attempt), SILENT) };
  }

  const scanning = drive(
    {
      probes: order
        .map((value, index): Probe => {
          const address = addressOf(Math.floor(value / network.ports));
          return { index, endpoint: { address, transport: "tcp", port: (value % network.ports) + 1 } };
        })
        .values(),
      pacer: createPacer({ rate: 5_000, perHostRate: 1_000_000, now: start, exempt: () => false }),
      timeout: 950,
      loopbackTimeout: 950,
      retries: 1,
      retryDelay: 2_000,
      concurrency: 100_000,
      onResult(result) {
        results.push(result);
        states.set(`${result.endpoint.address} ${result.endpoint.port}`, result.state);
      },
      clock: { now: () => Date.now() },
      ...network.request,
    },
    { capacity: 100_000, fdLimit: 0, createChannel },
  );
  await vi.runAllTimersAsync();
  const report = await scanning;
  let open = 0;
  let found = 0;
  for (const [name, truth] of truths) {
    if (truth !== "open") continue;
    open++;
    if (states.get(name) === "open") found++;
  }
  return { states, report, results, took: performance.now() - start, recall: found / open, sentAt };
}

function shuffled(size: number, random: () => number): number[] {
  const order = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
