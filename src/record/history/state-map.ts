import type { Duration, Instant, Transport } from "../../model/index.ts";
import { TRANSPORTS } from "../../model/index.ts";
import type { AddressKey } from "./address-key.ts";
import { type Block, type Domain, type KeyRange, walkBlocks } from "./blocks.ts";
import type { CoverageBlock, ObservedState } from "./coverage.ts";
import { isKnownAt, isStale, knownSince } from "./known.ts";
import { type Piece, piecesWithin, type Span, withoutPieces } from "./spans.ts";

/** Trusted coverage: the blocks of one coverage set, and its latest time not after the queried instant. */
export interface CoverageLayer {
  readonly lookedAt: Instant;
  readonly blocks: readonly CoverageBlock[];
}

/** The interval of a tracked endpoint that contains the queried instant. */
export interface TrackedState {
  readonly port: number;
  readonly state: ObservedState;
  readonly since: Instant;
}

/** Tracked endpoints of one address, ports ascending. */
export interface TrackedHost {
  readonly key: AddressKey;
  readonly tcp: readonly TrackedState[];
  readonly udp: readonly TrackedState[];
}

/** Ports whose state is known at the instant: in one state, and last scanned together. */
export interface KnownPiece extends Piece {
  readonly state: ObservedState;
  readonly lookedAt: Instant;
  /** When the state began, without a contrary observation since; only tracked endpoints have it. */
  readonly since?: Instant | undefined;
}
export type StateBlock = Block<KnownPiece>;

export interface StateMapInput {
  readonly at: Instant;
  readonly staleness: Duration;
  readonly domain: Domain;
  /** Latest first. Layers older than the staleness are skipped. */
  readonly layers: readonly CoverageLayer[];
  /** Sorted by key. */
  readonly tracked: readonly TrackedHost[];
}

/**
 * The state of every endpoint of the domain at an instant: blocks that together cover the domain's addresses exactly. A
 * port of the domain that is in no piece of its block is unknown.
 *
 * - A port is known if a layer within the staleness covers it, or its interval began within the staleness.
 * - A tracked port is in its interval's state; any other is in the state of the latest layer that covers it.
 */
export function stateMap(input: StateMapInput): StateBlock[] {
  const { at, staleness, domain } = input;
  const layers = input.layers.filter((layer) => isKnownAt(knownSince(layer.lookedAt, staleness), at));
  const lists = layers.map((layer) => layer.blocks);
  const tracked = domain.ranges.flatMap((range) => hostsIn(input.tracked, range));
  const hosts = new Map(tracked.map((host) => [host.key, host]));
  const points = tracked.map((host) => host.key);
  const map: StateBlock[] = [];
  for (const range of domain.ranges) {
    walkBlocks(range, lists, points, (lo, hi, blocks) => {
      const host = hosts.get(lo);
      const known = (transport: Transport): KnownPiece[] => {
        const covered = paint(domain[transport], transport, blocks, layers);
        return host === undefined ? covered : overlay(covered, host[transport], domain[transport], at, staleness);
      };
      map.push({ lo, hi, tcp: known("tcp"), udp: known("udp") });
    });
  }
  return map;
}

/** Those of many hosts that are in a range: O(log n), because an answer has a map for each asset. */
function hostsIn(hosts: readonly TrackedHost[], { lo, hi }: KeyRange): readonly TrackedHost[] {
  let low = 0;
  let high = hosts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((hosts[middle] as TrackedHost).key < lo) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < hosts.length && (hosts[end] as TrackedHost).key <= hi) end += 1;
  return hosts.slice(low, end);
}

/** Each port of `required` takes the state of the first block that has it, which is of the latest layer. */
function paint(
  required: readonly Span[],
  transport: Transport,
  blocks: readonly (CoverageBlock | undefined)[],
  layers: readonly CoverageLayer[],
): KnownPiece[] {
  const painted: KnownPiece[] = [];
  let rest = required;
  let sources = 0;
  for (const [index, block] of blocks.entries()) {
    if (rest.length === 0) break;
    const layer = layers[index];
    if (block === undefined || layer === undefined) continue;
    const within = piecesWithin(block[transport], rest);
    if (within.length === 0) continue;
    sources++;
    for (const { first, last, state } of within) painted.push({ first, last, state, lookedAt: layer.lookedAt });
    rest = withoutPieces(rest, within);
  }
  return sources > 1 ? painted.sort((a, b) => a.first - b.first) : painted;
}

/** Overlays the tracked ports of a host on the states from coverage. */
function overlay(
  covered: readonly KnownPiece[],
  tracked: readonly TrackedState[],
  required: readonly Span[],
  at: Instant,
  staleness: Duration,
): KnownPiece[] {
  const points = piecesWithin(
    tracked.map(({ port, state, since }) => ({ first: port, last: port, state, since })),
    required,
  );
  const rest = without(covered, points);
  let cursor = 0;
  for (const { first, last, state, since } of points) {
    let under = covered[cursor];
    while (under !== undefined && under.last < first) under = covered[++cursor];
    const lookedAt = under !== undefined && under.first <= first ? under.lookedAt : undefined;
    if (lookedAt === undefined && isStale(since, staleness, at)) continue;
    rest.push({ first, last, state, since, lookedAt: Math.max(lookedAt ?? since, since) });
  }
  return rest.sort((a, b) => a.first - b.first);
}

function without(pieces: readonly KnownPiece[], points: readonly Piece[]): KnownPiece[] {
  const rest: KnownPiece[] = [];
  let cursor = 0;
  for (const piece of pieces) {
    let from = piece.first;
    let point = points[cursor];
    while (point !== undefined && point.first <= piece.last) {
      if (point.first >= from) {
        if (point.first > from) rest.push({ ...piece, first: from, last: point.first - 1 });
        from = point.last + 1;
      }
      point = points[++cursor];
    }
    if (from === piece.first) rest.push(piece);
    else if (from <= piece.last) rest.push({ ...piece, first: from });
  }
  return rest;
}

/** The ports of the domain that are in no piece of the block. */
export function unknownSpans(block: StateBlock, domain: Domain): Record<Transport, Span[]> {
  const unknown: Record<Transport, Span[]> = { tcp: [], udp: [] };
  for (const transport of TRANSPORTS) unknown[transport] = withoutPieces(domain[transport], block[transport]);
  return unknown;
}
