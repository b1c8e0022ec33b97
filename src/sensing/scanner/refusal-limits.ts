import type { Duration } from "../../model/index.ts";
import type { Attempt } from "./attempts.ts";
import type { LimitedHost } from "./engine.ts";
import { createFifo, type Fifo } from "./fifo.ts";
import { GO, NO_RESPONSE, type ProbeOutcome, SILENT, WAITS } from "./probe-outcome.ts";

/** Distinguishes silence from a refusal that was not sent. */
export interface RefusalLimits {
  /** A try goes out. */
  begins(attempt: Attempt, now: number): void;
  /** The port was refused by its own host. */
  refused(attempt: Attempt, now: number): void;
  /** The try ended in another way: something else came back, or it did not go out. */
  ended(attempt: Attempt): void;
  /** The meaning of a silent try: to be tried again when the host may answer, or silent for good. */
  silent(attempt: Attempt, now: number): ProbeOutcome;
  limited(): LimitedHost[];
  close(): void;
}

/** Beyond any limit in use: Linux refuses once a second, and more often over IPv6 (icmp(7), net.ipv4.icmp_ratelimit). */
const SURELY_MAY_SPEAK: Duration = 1_050;
const LONGEST_INTERVAL: Duration = 1_100;
const FIRST_INTERVAL: Duration = 250;
const SHORTEST_INTERVAL: Duration = 20;
/** Slow tries of one host: with one of them a second, under six minutes. */
const TRIES_MOST = 320;
/** Hosts that refused something, and attempts that wait for their turn: what memory allows. */
const HOSTS_MOST = 65_536;
const WAITING_MOST = 65_536;

interface Host {
  refusals: number;
  firstRefusal: number;
  lastRefusal: number;
  /** When the last try of any of its UDP ports went out, and how long after the one before. */
  lastTry: number;
  gap: number;
  /** Between slow tries: shorter while refusals come, longer when they do not. */
  interval: number;
  slowTries: number;
  underWay: Attempt | undefined;
  timer: NodeJS.Timeout | undefined;
  readonly waiting: Fifo<Attempt>;
  readonly unresolved: Set<Attempt>;
}

/**
 * A host may answer for its closed ports only now and then: RFC 1812, section 4.3.2.8, and RFC 4443, section 2.4 (f),
 * ask for it, and Linux sends six to a peer at once, then one a second. Most closed ports of a fast sweep stay silent
 * therefore. Once a host has refused one port, the silent ones are tried again one after the other, as fast as refusals
 * keep coming. A port that is silent after the host was left in peace for longer than a limit lasts is silent by
 * itself. What the tries of a host do not suffice for is no-response too, and counted.
 */
export function createRefusalLimits(settle: (attempt: Attempt, outcome: ProbeOutcome) => void): RefusalLimits {
  const hosts = new Map<string, Host>();
  let waiting = 0;
  let closed = false;

  const hostOf = (attempt: Attempt): Host | undefined => hosts.get(attempt.probe.endpoint.address);

  function firstRefusal(address: string, now: number): Host | undefined {
    if (hosts.size >= HOSTS_MOST) return undefined;
    const host: Host = {
      refusals: 0,
      firstRefusal: now,
      lastRefusal: now,
      lastTry: now,
      gap: 0,
      interval: FIRST_INTERVAL,
      slowTries: 0,
      underWay: undefined,
      timer: undefined,
      waiting: createFifo(),
      unresolved: new Set(),
    };
    hosts.set(address, host);
    return host;
  }

  function wait(host: Host, attempt: Attempt, now: number): ProbeOutcome {
    host.waiting.push(attempt);
    waiting++;
    schedule(host, now);
    return WAITS;
  }

  function schedule(host: Host, now: number): void {
    if (closed || host.underWay !== undefined || host.timer !== undefined || host.waiting.size === 0) return;
    const due = Math.max(0, Math.ceil(host.lastTry + host.interval - now));
    host.timer = setTimeout(() => {
      host.timer = undefined;
      const attempt = host.waiting.shift();
      if (attempt === undefined) return;
      waiting--;
      host.slowTries++;
      host.underWay = attempt;
      settle(attempt, GO);
    }, due);
  }

  function giveUp(host: Host): void {
    for (let attempt = host.waiting.shift(); attempt !== undefined; attempt = host.waiting.shift()) {
      waiting--;
      host.unresolved.add(attempt);
      settle(attempt, NO_RESPONSE);
    }
  }

  /** The slow try of the host is over. */
  function over(host: Host, attempt: Attempt, now: number): void {
    if (host.underWay !== attempt) return;
    host.underWay = undefined;
    // Results on their way to `settle` are settled first.
    if (host.slowTries >= TRIES_MOST) setImmediate(() => giveUp(host));
    else schedule(host, now);
  }

  return {
    begins(attempt, now) {
      const host = hostOf(attempt);
      if (host === undefined) return;
      host.gap = now - host.lastTry;
      host.lastTry = now;
    },
    refused(attempt, now) {
      const { address } = attempt.probe.endpoint;
      const host = hosts.get(address) ?? firstRefusal(address, now);
      if (host === undefined) return;
      host.refusals++;
      host.lastRefusal = now;
      host.unresolved.delete(attempt);
      if (host.underWay === attempt) host.interval = Math.max(SHORTEST_INTERVAL, host.interval * 0.8);
      over(host, attempt, now);
    },
    ended(attempt) {
      const host = hostOf(attempt);
      if (host === undefined) return;
      host.unresolved.delete(attempt);
      over(host, attempt, performance.now());
    },
    silent(attempt, now) {
      const host = hostOf(attempt);
      // This machine's answers to itself are not limited, and a host that never refused does not start to.
      if (host === undefined || attempt.host === undefined) return SILENT;
      const wasSlow = host.underWay === attempt;
      const surely = wasSlow && host.gap >= SURELY_MAY_SPEAK;
      if (wasSlow && !surely) host.interval = Math.min(LONGEST_INTERVAL, host.interval * 2);
      over(host, attempt, now);
      if (surely) return NO_RESPONSE;
      if (host.slowTries + host.waiting.size < TRIES_MOST && waiting < WAITING_MOST) return wait(host, attempt, now);
      host.unresolved.add(attempt);
      return wasSlow ? NO_RESPONSE : SILENT;
    },
    limited() {
      return [...hosts]
        .filter(([, { unresolved }]) => unresolved.size > 0)
        .map(([address, { unresolved, refusals, firstRefusal: first, lastRefusal: last }]) => ({
          address,
          unresolved: unresolved.size,
          perSecond: last > first ? ((refusals - 1) * 1_000) / (last - first) : refusals,
        }));
    },
    close() {
      closed = true;
      for (const { timer } of hosts.values()) clearTimeout(timer);
    },
  };
}
