import { formatAddress, parseAddress } from "../../scope/index.ts";
import { type LossCounts, noCounts } from "./loss.ts";
import { createRoundTrip, type RoundTrip } from "./round-trip.ts";
import { createThrottle, type Throttle } from "./throttle.ts";

/** The record of the path to a network, or to all of them together. */
export interface NetworkRecord {
  /** CIDR text; empty for all networks together. */
  readonly name: string;
  /** Recent counts, for decisions; and all of them, for the report. */
  readonly counts: LossCounts;
  readonly total: LossCounts;
  readonly roundTrip: RoundTrip;
  readonly throttle: Throttle;
}

/** The record of one address. */
export interface HostRecord {
  readonly address: string;
  readonly network: NetworkRecord;
  readonly counts: LossCounts;
  /** Set once it seems to ration its answers. */
  throttle: Throttle | undefined;
  /** Answers of its own, to any try. */
  answered: number;
  /** Of those, refusals, of first tries and of later ones. */
  refusedFirst: number;
  refusedLater: number;
  /** Tries beyond the usual ones that it was granted before it ever answered. */
  furtherTries: number;
  /** Endpoints left without an answer, and the fewest tries that any of them got. */
  givenUp: number;
  fewestTries: number;
}

export interface PathRecords {
  readonly all: NetworkRecord;
  readonly networks: ReadonlyMap<string, NetworkRecord>;
  readonly hosts: ReadonlyMap<string, HostRecord>;
  host(address: string): HostRecord;
}

/**
 * Addresses kept before those that never answered are forgotten: a wide sweep of an empty network must not grow without
 * end.
 */
const HOSTS_KEPT = 131_072;

export function createPathRecords(now: number): PathRecords {
  const all = emptyNetwork("", now);
  const networks = new Map<string, NetworkRecord>();
  const hosts = new Map<string, HostRecord>();
  let kept = HOSTS_KEPT;

  function network(address: string): NetworkRecord {
    const name = networkOf(address);
    let record = networks.get(name);
    if (record === undefined) networks.set(name, (record = emptyNetwork(name, now)));
    return record;
  }

  function forgetSilent(): void {
    for (const [address, { answered }] of hosts) if (answered === 0) hosts.delete(address);
    for (const [name, { counts }] of networks) if (counts.firstAnswered === 0) networks.delete(name);
    kept = Math.max(HOSTS_KEPT, hosts.size * 2);
  }

  return {
    all,
    networks,
    hosts,
    host(address) {
      let record = hosts.get(address);
      if (record === undefined) {
        if (hosts.size >= kept) forgetSilent();
        record = {
          address,
          network: network(address),
          counts: noCounts(now),
          throttle: undefined,
          answered: 0,
          refusedFirst: 0,
          refusedLater: 0,
          furtherTries: 0,
          givenUp: 0,
          fewestTries: Number.POSITIVE_INFINITY,
        };
        hosts.set(address, record);
      }
      return record;
    },
  };
}

function emptyNetwork(name: string, now: number): NetworkRecord {
  return {
    name,
    counts: noCounts(now),
    total: noCounts(now),
    roundTrip: createRoundTrip(),
    throttle: createThrottle(now),
  };
}

/** The /24 or /64 of an address, usually behind one last router. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return `${address.slice(0, address.lastIndexOf("."))}.0/24`;
  const parsed = parseAddress(address);
  if (parsed?.family !== 6) return address;
  return `${formatAddress({ family: 6, value: (parsed.value >> 64n) << 64n })}/64`;
}
