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

/** The state of an asset at one instant, from the record. */
export interface StateSummary {
  /** Addresses and ranges, as text. */
  readonly addresses: string[];
  /** Whether every, some or no required endpoint is known. */
  readonly answer: Answer;
  /** The latest observation of any required endpoint within the staleness. */
  readonly lastLookedAt?: Instant | undefined;
  /** By address, transport, port. */
  readonly open: OpenEndpoint[];
  /** Endpoints per state; every state is present. */
  readonly counts: Record<StateAt, number>;
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
  for (const block of map) {
    const addresses = addressCount(block.lo, block.hi);
    const unknown = unknownSpans(block, domain);
    for (const transport of TRANSPORTS) {
      for (const piece of block[transport]) {
        counts[piece.state] += (piece.last - piece.first + 1) * addresses;
        if (lastLookedAt === undefined || piece.lookedAt > lastLookedAt) lastLookedAt = piece.lookedAt;
      }
      if (unknown[transport].length > 0) {
        counts.unknown += spanSize(unknown[transport]) * addresses;
        unknownPorts[transport] = joinSpans(unknownPorts[transport], unknown[transport]);
      }
    }
    collectOpen(block, open);
  }
  const size = domainSize(domain);
  const known = size - counts.unknown;
  return {
    addresses: domain.ranges.map(formatKeyRange),
    answer: known <= 0 ? "unknown" : counts.unknown === 0 ? "known" : "partly-known",
    lastLookedAt,
    open,
    counts,
    unknownPorts,
    silent: known > 0 && counts.open + counts.closed + counts.filtered === 0,
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
