/** How often the sweep as a whole, and each address, may be probed. Times are those of `performance.now()`: the time of day can be set back. */
export interface Pacer {
  /** 0: probe now, and it is counted. Otherwise nothing is counted; call again in that many milliseconds. */
  take(address: string, nowMs: number): number;
  /** Whether an address is outside of all pacing: it is this machine's own, and nothing leaves the machine. */
  exempt(address: string): boolean;
}

export interface PacerOptions {
  /** Probes per second over all addresses that are not exempt. */
  readonly rate: number;
  /** Probes per second to any one address that is not exempt. */
  readonly perHostRate: number;
  /** When the buckets start full: `performance.now()`, the clock of the engines. */
  readonly now: number;
  readonly exempt: (address: string) => boolean;
}

/**
 * A burst of 2 % of a second's probes keeps every one-second window under 1.02 times the rate; what is left up to 1.05
 * is for packets that reach the wire up to 30 ms later than they were counted.
 */
const BURST_SHARE = 0.02;
/** An address is never to see more than its own cap in any second, late packets included. */
const HOST_SHARE = 0.95;
/** A sweep of a single address at its full rate shows that address so many times the rate in a second. */
const SWEEP_MOST = 1.05;
/** Hosts remembered before the idle ones are first forgotten: a wide sweep must not grow without end. */
const HOSTS_KEPT = 65_536;

interface Bucket {
  readonly interval: number;
  readonly tolerance: number;
}

function bucketFor(rate: number, share = 1): Bucket {
  if (!(rate > 0)) throw new RangeError(`a rate of ${rate} probes a second sends nothing`);
  const interval = 1_000 / (rate * share);
  return { interval, tolerance: (Math.max(1, Math.floor(rate * BURST_SHARE)) - 1) * interval };
}

/**
 * Two token buckets, kept as the generic cell rate algorithm (ITU-T I.371, annex A): one number per bucket, the time at
 * which it would be full again. A probe must fit both, and takes from both or from neither.
 */
export function createPacer(options: PacerOptions): Pacer {
  const sweep = bucketFor(options.rate);
  const host = bucketFor(options.perHostRate, HOST_SHARE);
  const hostMatters = options.perHostRate <= options.rate * SWEEP_MOST;
  let sweepFull = options.now;
  let hosts = new Map<string, { full: number }>();
  let hostsKept = HOSTS_KEPT;

  function forgetIdle(nowMs: number): void {
    hosts = new Map([...hosts].filter(([, { full }]) => full > nowMs));
    hostsKept = Math.max(HOSTS_KEPT, hosts.size * 2);
  }

  function take(address: string, nowMs: number): number {
    if (options.exempt(address)) return 0;
    const sweepWait = sweepFull - sweep.tolerance - nowMs;
    const known = hostMatters ? hosts.get(address) : undefined;
    const hostFull = known === undefined ? options.now : known.full;
    const wait = Math.max(sweepWait, hostFull - host.tolerance - nowMs);
    if (wait > 0) return wait;
    sweepFull = Math.max(sweepFull, nowMs) + sweep.interval;
    if (!hostMatters) return 0;
    const full = Math.max(hostFull, nowMs) + host.interval;
    if (known !== undefined) known.full = full;
    else {
      if (hosts.size >= hostsKept) forgetIdle(nowMs);
      hosts.set(address, { full });
    }
    return 0;
  }

  return { take, exempt: options.exempt };
}
