import { type Duration, type Endpoint, endpointKey, type Instant, type Period } from "../../model/index.ts";
import { addressCount } from "./address-key.ts";
import { type Block, type Domain, pieceOf, walkBlocks } from "./blocks.ts";
import { touching } from "./coverage.ts";
import { gapsBetween, type Known, knownDuring, knownSince } from "./known.ts";
import { type Piece, piecesWithin, spanSize, type Span, withoutPieces } from "./spans.ts";

/** A set of probed endpoints, without states: for continuity, all runs with the same extent are equal. */
export interface Extent {
  readonly id: string;
  readonly blocks: readonly Block<Piece>[];
}

/** A window: its extent counts as known at every instant of it. */
export interface ExtentWindow extends Known {
  readonly extent: string;
}

/** Endpoints of a domain, as blocks, and their number. */
export interface EndpointArea {
  readonly blocks: readonly Block<Piece>[];
  readonly size: number;
}

/** A stretch `[from, to)` in which coverage leaves the same endpoints out. */
export interface Uncovered extends Period {
  readonly missing: EndpointArea;
}

/** The beginning of an interval: its endpoint is known then, and for the staleness after it. */
export interface Beginning {
  readonly endpoint: Endpoint;
  readonly at: Instant;
}

/**
 * The stretches of the period in which coverage alone leaves part of the domain out, in order of time. A domain without
 * endpoints, as of a name that resolves to nothing, is never covered.
 *
 * Nothing changes between two ends of windows, so each set of extents that occurs is computed once, and sets of extents
 * recur: a year of sweeps every minute needs a handful of computations.
 */
export function uncovered(
  period: Period,
  domain: Domain,
  extents: readonly Extent[],
  windows: readonly ExtentWindow[],
): Uncovered[] {
  const whole: EndpointArea = areaOf(domain, []);
  if (whole.size === 0) return [{ ...period, missing: whole }];
  const parts = relevantParts(domain, extents, whole.size);
  const questions = new Map<string, EndpointArea>([["", whole]]);
  const missingOf = (active: ReadonlyMap<string, number>): EndpointArea => {
    const ids = [...active.keys()].sort();
    const key = ids.join(" ");
    let answer = questions.get(key);
    if (answer === undefined) {
      const full = ids.some((id) => parts.get(id)?.full === true);
      answer = full
        ? NOTHING
        : areaOf(
            domain,
            ids.map((id) => parts.get(id)?.blocks ?? []),
          );
      questions.set(key, answer);
    }
    return answer;
  };

  const active = new Map<string, number>();
  const result: Uncovered[] = [];
  let at = period.from;
  for (const [time, turns] of turningPoints(period, windows, parts)) {
    if (time > at) {
      const missing = missingOf(active);
      if (missing.size > 0) append(result, { from: at, to: time, missing });
      at = time;
    }
    for (const [part, turn] of turns) {
      const count = (active.get(part) ?? 0) + turn;
      if (count === 0) active.delete(part);
      else active.set(part, count);
    }
  }
  return result;
}

/**
 * The gaps that remain when the beginnings of intervals count as observations too. Beginnings outside the stretches, or
 * of endpoints that are covered anyway, do no harm. Periods are in order, disjoint and do not touch.
 */
export function remainingGaps(
  stretches: readonly Uncovered[],
  beginnings: readonly Beginning[],
  staleness: Duration,
): Period[] {
  const gaps: { from: Instant; to: Instant }[] = [];
  const push = (from: Instant, to: Instant): void => {
    const before = gaps.at(-1);
    if (before !== undefined && before.to === from) before.to = to;
    else if (from < to) gaps.push({ from, to });
  };
  for (const stretch of stretches) {
    for (const { from, to } of gapsBetween(stretch, whollyKnown(stretch, beginnings, staleness))) push(from, to);
  }
  return gaps;
}

/** The share, 0 to 1, of the period outside the gaps. */
export function coveredShare(period: Period, gaps: readonly Period[]): number {
  let missing = 0;
  for (const gap of gaps) missing += gap.to - gap.from;
  return period.to > period.from ? 1 - missing / (period.to - period.from) : 1;
}

const NOTHING: EndpointArea = { blocks: [], size: 0 };

interface Part {
  readonly blocks: readonly Block<Piece>[];
  readonly full: boolean;
}

/** Each extent cut to the domain; extents outside it are left out. */
function relevantParts(domain: Domain, extents: readonly Extent[], size: number): Map<string, Part> {
  const parts = new Map<string, Part>();
  for (const { id, blocks } of extents) {
    const missing = areaOf(domain, [blocks]);
    if (missing.size < size) parts.set(id, { blocks, full: missing.size === 0 });
  }
  return parts;
}

/** The endpoints of the domain that are in none of the lists of blocks. */
function areaOf(domain: Domain, lists: readonly (readonly Block<Piece>[])[]): EndpointArea {
  const blocks: Block<Piece>[] = [];
  let size = 0;
  for (const range of domain.ranges) {
    walkBlocks(range, lists, [], (lo, hi, here) => {
      const rest = (transport: "tcp" | "udp"): Span[] => {
        let spans: Span[] = [...domain[transport]];
        for (const block of here) {
          if (spans.length === 0) break;
          if (block !== undefined)
            spans = withoutPieces(spans, piecesWithin(asPieces(touching(block[transport])), spans));
        }
        return spans;
      };
      const tcp = rest("tcp");
      const udp = rest("udp");
      const ports = spanSize(tcp) + spanSize(udp);
      if (ports === 0) return;
      size += ports * addressCount(lo, hi);
      blocks.push({ lo, hi, tcp: asPieces(tcp), udp: asPieces(udp) });
    });
  }
  return { blocks, size };
}

function asPieces(spans: readonly Span[]): Piece[] {
  return spans.map(([first, last]) => ({ first, last }));
}

/** The instants of the period at which an extent begins or ceases to count, in order, and the end of the period. */
function turningPoints(
  period: Period,
  windows: readonly ExtentWindow[],
  parts: ReadonlyMap<string, Part>,
): [Instant, [string, 1 | -1][]][] {
  const turns = new Map<Instant, [string, 1 | -1][]>([[period.to, []]]);
  const turn = (at: Instant, part: string, by: 1 | -1): void => {
    const here = turns.get(at);
    if (here === undefined) turns.set(at, [[part, by]]);
    else here.push([part, by]);
  };
  for (const window of windows) {
    const known = knownDuring(window, period);
    if (known === undefined || !parts.has(window.extent)) continue;
    turn(known.from, window.extent, 1);
    turn(known.to, window.extent, -1);
  }
  return [...turns].sort((a, b) => a[0] - b[0]);
}

function append(stretches: Uncovered[], next: Uncovered): void {
  const before = stretches.at(-1);
  if (before !== undefined && before.to === next.from && before.missing === next.missing) {
    stretches[stretches.length - 1] = { ...next, from: before.from };
  } else {
    stretches.push(next);
  }
}

/** The times at which every missing endpoint of a stretch is known from the beginning of an interval. */
function whollyKnown(stretch: Uncovered, beginnings: readonly Beginning[], staleness: Duration): Period[] {
  const windows = new Map<string, { from: Instant; to: Instant }[]>();
  for (const { endpoint, at } of [...beginnings].sort((a, b) => a.at - b.at)) {
    const known = knownDuring(knownSince(at, staleness), stretch);
    if (known === undefined || pieceOf(stretch.missing.blocks, endpoint) === undefined) continue;
    const key = endpointKey(endpoint);
    const list = windows.get(key) ?? [];
    const before = list.at(-1);
    if (before !== undefined && before.to >= known.from) before.to = Math.max(before.to, known.to);
    else list.push({ ...known });
    windows.set(key, list);
  }
  if (stretch.missing.size === 0 || windows.size < stretch.missing.size) return [];
  const edges = [...windows.values()].flat().flatMap(({ from, to }): [Instant, number][] => [
    [from, 1],
    [to, -1],
  ]);
  edges.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const known: Period[] = [];
  let count = 0;
  let since: Instant | undefined;
  for (const [at, by] of edges) {
    count += by;
    if (count === stretch.missing.size) since = at;
    else if (since !== undefined && by < 0) {
      if (at > since) known.push({ from: since, to: at });
      since = undefined;
    }
  }
  return known;
}
