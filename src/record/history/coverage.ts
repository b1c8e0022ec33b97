import { createHash } from "node:crypto";
import {
  type Endpoint,
  ENDPOINT_STATES,
  type EndpointState,
  stateCode,
  stateOfCode,
  type Transport,
  TRANSPORTS,
} from "../../model/index.ts";
import { type AddressKey, addressCount, addressKey, addressOf, compareKeys, nextKey } from "./address-key.ts";
import type { Block } from "./blocks.ts";
import type { Piece, Span } from "./spans.ts";

/** A state that a probe can observe. `not-scanned` is the absence of coverage and never part of it. */
export type ObservedState = Exclude<EndpointState, "not-scanned">;

export interface CoverageRange {
  /** First and last address, inclusive, canonical, one family. */
  readonly first: string;
  readonly last: string;
  readonly transport: Transport;
  readonly state: ObservedState;
  /** Sorted, disjoint, not touching. */
  readonly ports: readonly Span[];
}

/** The endpoints that one run of a sweep probed and the state of each; an immutable value. */
export interface CoverageSet {
  /** SHA-256 (hex) of the endpoints alone, without states: equal for two runs over the same endpoints. */
  readonly extent: string;
  readonly endpoints: number;
  /** Sorted by address, transport, state. Ranges of addresses are equal or disjoint, never overlapping in part. */
  readonly ranges: readonly CoverageRange[];
}

export interface CoverageBuilder {
  /** A second result for an endpoint replaces the first; `not-scanned` is ignored. `address` is canonical. */
  add(address: string, transport: Transport, port: number, state: EndpointState): void;
  build(): CoverageSet;
}

/** A piece of a coverage set: ports in one state. */
export interface CoveredPiece extends Piece {
  readonly state: ObservedState;
}
export type CoverageBlock = Block<CoveredPiece>;

const PAGE = 256;
const NOT_SCANNED = stateCode("not-scanned");
type Pages = (Uint8Array | undefined)[];

/**
 * Collects results in any order. Memory: one byte per endpoint, in pages of 256 ports that are allocated on first use.
 */
export function createCoverageBuilder(): CoverageBuilder {
  const hosts = new Map<string, Record<Transport, Pages>>();

  function add(address: string, transport: Transport, port: number, state: EndpointState): void {
    let host = hosts.get(address);
    if (host === undefined) hosts.set(address, (host = { tcp: [], udp: [] }));
    const pages = host[transport];
    const page = (pages[port >>> 8] ??= new Uint8Array(PAGE));
    if (state !== "not-scanned") page[port & 255] = stateCode(state);
  }

  function build(): CoverageSet {
    const blocks: CoverageBlock[] = [];
    for (const [address, host] of hosts) {
      const key = addressKey(address);
      const block = { lo: key, hi: key, tcp: piecesOf(host.tcp), udp: piecesOf(host.udp) };
      if (block.tcp.length + block.udp.length > 0) blocks.push(block);
    }
    return coverageSetOf(blocks.sort((a, b) => compareKeys(a.lo, b.lo)));
  }

  return { add, build };
}

/** The results for one address: ports in one state each, per transport sorted and disjoint. `address` is canonical. */
export interface CoveredHost {
  readonly address: string;
  readonly tcp: readonly CoveredPiece[];
  readonly udp: readonly CoveredPiece[];
}

/** The coverage set of hosts with ports as ranges, in any order, no address twice. Hosts may share their pieces. */
export function coverageOfHosts(hosts: Iterable<CoveredHost>): CoverageSet {
  const blocks: CoverageBlock[] = [];
  for (const { address, tcp, udp } of hosts) {
    const key = addressKey(address);
    if (tcp.length + udp.length > 0) blocks.push({ lo: key, hi: key, tcp, udp });
  }
  return coverageSetOf(blocks.sort((a, b) => compareKeys(a.lo, b.lo)));
}

/** The coverage set of sorted, disjoint blocks. Equal coverage gives equal sets, however the blocks were cut. */
export function coverageSetOf(blocks: readonly CoverageBlock[]): CoverageSet {
  const ranges: CoverageRange[] = [];
  let endpoints = 0;
  for (const { lo, hi, signature: _, ...pieces } of joinAlike(blocks, stateSignature)) {
    const first = addressOf(lo);
    const last = addressOf(hi);
    for (const transport of TRANSPORTS) {
      for (const [state, ports] of portsByState(pieces[transport])) {
        ranges.push({ first, last, transport, state, ports });
        for (const [from, to] of ports) endpoints += (to - from + 1) * addressCount(lo, hi);
      }
    }
  }
  const extents = joinAlike(blocks, extentSignature).map(
    (b) => `${addressOf(b.lo)} ${addressOf(b.hi)} ${b.signature}\n`,
  );
  return { extent: sha256(extents), endpoints, ranges };
}

/** SHA-256 (hex) of the ranges, states included: what entries stated of a coverage set before its states were a tree. */
export function coverageDigest({ ranges }: Pick<CoverageSet, "ranges">): string {
  return sha256(ranges.map((r) => `${r.first} ${r.last} ${r.transport} ${r.state} ${formatSpans(r.ports)}\n`));
}

/** The blocks of a coverage set's ranges, given in any order. Every lookup works on blocks. */
export function coverageBlocks(ranges: Iterable<CoverageRange>): CoverageBlock[] {
  const blocks = new Map<string, { lo: AddressKey; hi: AddressKey; tcp: CoveredPiece[]; udp: CoveredPiece[] }>();
  for (const { first, last, transport, state, ports } of ranges) {
    let block = blocks.get(first);
    if (block === undefined) {
      blocks.set(first, (block = { lo: addressKey(first), hi: addressKey(last), tcp: [], udp: [] }));
    }
    for (const [from, to] of ports) block[transport].push({ first: from, last: to, state });
  }
  const sorted = [...blocks.values()].sort((a, b) => compareKeys(a.lo, b.lo));
  for (const block of sorted) {
    block.tcp.sort((a, b) => a.first - b.first);
    block.udp.sort((a, b) => a.first - b.first);
  }
  return sorted;
}

/** Every endpoint that the blocks show open. */
export function* openIn(blocks: Iterable<CoverageBlock>): Generator<Endpoint> {
  for (const block of blocks) {
    for (const transport of TRANSPORTS) {
      const open = block[transport].filter((piece) => piece.state === "open");
      if (open.length === 0) continue;
      for (let key = block.lo; key <= block.hi; key = nextKey(key)) {
        const address = addressOf(key);
        for (const { first, last } of open) {
          for (let port = first; port <= last; port++) yield { address, transport, port };
        }
      }
    }
  }
}

/** `22,80-90`. */
export function formatSpans(spans: readonly Span[]): string {
  return spans.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}

function piecesOf(pages: Pages): CoveredPiece[] {
  const pieces: { first: number; last: number; state: ObservedState }[] = [];
  let open: (typeof pieces)[number] | undefined;
  let code = NOT_SCANNED;
  for (const [number, page] of pages.entries()) {
    if (page === undefined) {
      code = NOT_SCANNED;
      continue;
    }
    // The inner loop over every endpoint of a sweep: an iterator of pairs would take three times as long.
    for (let offset = 0; offset < PAGE; offset++) {
      const value = page[offset] ?? NOT_SCANNED;
      const port = number * PAGE + offset;
      if (value === code && open !== undefined) {
        if (value !== NOT_SCANNED) open.last = port;
        continue;
      }
      code = value;
      const state = stateOfCode(value);
      if (state !== "not-scanned") pieces.push((open = { first: port, last: port, state }));
    }
  }
  return pieces;
}

function portsByState(pieces: readonly CoveredPiece[]): [ObservedState, Span[]][] {
  const byState: [ObservedState, Span[]][] = [];
  for (const state of ENDPOINT_STATES) {
    if (state === "not-scanned") continue;
    const ports = pieces.filter((piece) => piece.state === state).map((piece): Span => [piece.first, piece.last]);
    if (ports.length > 0) byState.push([state, ports]);
  }
  return byState;
}

/** Adjacent blocks whose signatures are equal, joined into one. */
function joinAlike(
  blocks: readonly CoverageBlock[],
  signatureOf: (block: CoverageBlock) => string,
): (CoverageBlock & { signature: string })[] {
  const joined: {
    lo: AddressKey;
    hi: AddressKey;
    tcp: readonly CoveredPiece[];
    udp: readonly CoveredPiece[];
    signature: string;
  }[] = [];
  for (const block of blocks) {
    const signature = signatureOf(block);
    const before = joined.at(-1);
    if (before?.signature === signature && nextKey(before.hi) === block.lo) before.hi = block.hi;
    else joined.push({ ...block, signature });
  }
  return joined;
}

function stateSignature(block: CoverageBlock): string {
  const text = (pieces: readonly CoveredPiece[]): string =>
    pieces.map((piece) => `${piece.first}-${piece.last}${piece.state}`).join(",");
  return `T:${text(block.tcp)} U:${text(block.udp)}`;
}

function extentSignature(block: CoverageBlock): string {
  return `T:${formatSpans(touching(block.tcp))} U:${formatSpans(touching(block.udp))}`;
}

/** The ports of the pieces, regardless of their states. */
export function touching(pieces: readonly Piece[]): Span[] {
  const spans: [number, number][] = [];
  for (const { first, last } of pieces) {
    const before = spans.at(-1);
    if (before !== undefined && first === before[1] + 1) before[1] = last;
    else spans.push([first, last]);
  }
  return spans;
}

function sha256(lines: readonly string[]): string {
  const hash = createHash("sha256");
  for (const line of lines) hash.update(line);
  return hash.digest("hex");
}
