import { ENDPOINT_STATES, type Endpoint, type Instant, type StateAt, TRANSPORTS } from "../../model/index.ts";
import { addressCount, addressOf, nextKey } from "./address-key.ts";
import { type Domain, domainSize, formatKeyRange } from "./blocks.ts";
import { joinSpans, type Span, spanSize } from "./spans.ts";
import { type StateBlock, unknownSpans } from "./state-map.ts";

export type Answer = "known" | "partly-known" | "unknown";

export interface OpenEndpoint {
  readonly endpoint: Endpoint;
  /** When it was first seen open, without a contrary observation since. */
  readonly since: Instant;
  readonly lastLookedAt: Instant;
}

/** Addresses by what is known of them. Most addresses of a range belong to nobody, so silence is counted by host. */
export interface HostsAt {
  /** An endpoint is open, closed or filtered. */
  readonly answered: number;
  /** Some endpoints were probed, and nothing answered. */
  readonly silent: number;
  /** Nobody looked in time. */
  readonly unknown: number;
  /** Endpoints of silent hosts: without a response, or unreachable. */
  readonly silentEndpoints: number;
}

/** The state of an asset at one instant, from the record. */
export interface StateSummary {
  /** Addresses and ranges, as text. */
  readonly addresses: string[];
  /** Whether every, some or no required endpoint is known. */
  readonly answer: Answer;
  /** The latest observation of any required endpoint within the staleness. */
  readonly lastLookedAt?: Instant | undefined;
  /** The oldest observation that a state of a required endpoint rests on. */
  readonly oldestLookedAt?: Instant | undefined;
  /** By address, transport, port. */
  readonly open: OpenEndpoint[];
  /** Endpoints per state; every state is present. */
  readonly counts: Record<StateAt, number>;
  readonly hosts: HostsAt;
  /** Ports that are unknown on at least one address. */
  readonly unknownPorts: { readonly tcp: readonly Span[]; readonly udp: readonly Span[] };
  /** Some endpoints were probed and none answered in any way: `no-response` or `unreachable` throughout. */
  readonly silent: boolean;
}

/** Sums up a state map of the same domain. */
export function summarize(map: readonly StateBlock[], domain: Domain): StateSummary {
  const counts = emptyCounts();
  const open: OpenEndpoint[] = [];
  const unknownPorts: { tcp: readonly Span[]; udp: readonly Span[] } = { tcp: [], udp: [] };
  let lastLookedAt: Instant | undefined;
  let oldestLookedAt: Instant | undefined;
  let [answered, silent, silentEndpoints] = [0, 0, 0];
  for (const block of map) {
    const addresses = addressCount(block.lo, block.hi);
    const pieces = TRANSPORTS.flatMap((transport) => block[transport]);
    if (pieces.some(({ state }) => isAnswer(state))) answered += addresses;
    else if (pieces.length > 0) {
      silent += addresses;
      silentEndpoints += pieces.reduce((sum, { first, last }) => sum + last - first + 1, 0) * addresses;
    }
    const unknown = unknownSpans(block, domain);
    for (const transport of TRANSPORTS) {
      for (const piece of block[transport]) {
        counts[piece.state] += (piece.last - piece.first + 1) * addresses;
        if (lastLookedAt === undefined || piece.lookedAt > lastLookedAt) lastLookedAt = piece.lookedAt;
        if (oldestLookedAt === undefined || piece.lookedAt < oldestLookedAt) oldestLookedAt = piece.lookedAt;
      }
      if (unknown[transport].length > 0) {
        counts.unknown += spanSize(unknown[transport]) * addresses;
        unknownPorts[transport] = joinSpans(unknownPorts[transport], unknown[transport]);
      }
    }
    collectOpen(block, open);
  }
  const size = domainSize(domain);
  const inDomain = domain.ranges.reduce((sum, { lo, hi }) => sum + addressCount(lo, hi), 0);
  const known = size - counts.unknown;
  return {
    addresses: domain.ranges.map(formatKeyRange),
    answer: known <= 0 ? "unknown" : counts.unknown === 0 ? "known" : "partly-known",
    lastLookedAt,
    oldestLookedAt,
    open,
    counts,
    hosts: { answered, silent, unknown: inDomain - answered - silent, silentEndpoints },
    unknownPorts,
    silent: known > 0 && counts.open + counts.closed + counts.filtered === 0,
  };
}

export function isAnswer(state: StateAt): boolean {
  return state === "open" || state === "closed" || state === "filtered";
}

/** The hosts of several assets together. */
export function sumOfHosts(all: readonly HostsAt[]): HostsAt {
  const sum = (field: keyof HostsAt): number => all.reduce((total, each) => total + each[field], 0);
  return {
    answered: sum("answered"),
    silent: sum("silent"),
    unknown: sum("unknown"),
    silentEndpoints: sum("silentEndpoints"),
  };
}

export function emptyCounts(): Record<StateAt, number> {
  return { open: 0, closed: 0, filtered: 0, "no-response": 0, unreachable: 0, unknown: 0 };
}

/** Whether a text is an observable state. Checks the rows of the record when they are read. */
export function isObservedState(text: string): text is Exclude<StateAt, "unknown"> {
  return text !== "not-scanned" && ENDPOINT_STATES.some((state) => state === text);
}

function collectOpen(block: StateBlock, open: OpenEndpoint[]): void {
  for (const transport of TRANSPORTS) {
    if (!block[transport].some((piece) => piece.state === "open")) continue;
    for (let key = block.lo; key <= block.hi; key = nextKey(key)) {
      const address = addressOf(key);
      for (const piece of block[transport]) {
        if (piece.state !== "open") continue;
        for (let port = piece.first; port <= piece.last; port++) {
          open.push({
            endpoint: { address, transport, port },
            since: piece.since ?? piece.lookedAt,
            lastLookedAt: piece.lookedAt,
          });
        }
      }
    }
  }
}
