import type { CellCode, ExposureIntervalsResult } from "../../../src/contract/index.ts";
import {
  CODES,
  decodeCells,
  isOpen,
  isUnauthorized,
  markFindings,
  UNKNOWN,
  type Axes,
  type MapCells,
} from "./cells.ts";

/** A period of the record, held in memory: any instant of it is one fold away. */
export interface Window {
  readonly axes: Axes;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Instants at which a cell changes or becomes known or unknown, ascending, in milliseconds since 1970. */
  readonly turns: readonly number[];
  readonly base: readonly Uint8Array[];
  readonly changes: {
    readonly vantage: Uint16Array;
    readonly at: Int32Array;
    readonly time: Float64Array;
    readonly code: Uint8Array;
  };
  readonly unknown: readonly {
    readonly vantage: number;
    readonly row: number;
    readonly from: number;
    readonly to: number;
    readonly spans: readonly (readonly [number, number])[];
  }[];
  readonly episodes: readonly { readonly finding: number; readonly from: number; readonly to: number }[];
}

export function decodeWindow(answer: ExposureIntervalsResult): Window {
  const width = answer.ports.length;
  const { changes, unknown, episodes } = answer;
  const from = Date.parse(answer.from);
  const turns = answer.times.map((time) => from + time);
  const at = (index: number | undefined): number => turns[index ?? 0] ?? from;
  const sets = answer.columnSets.map((text) =>
    text.split(",").map((span): [number, number] => {
      const [first = 0, last = first] = span.split("-").map(Number);
      return [first, last];
    }),
  );
  return {
    axes: answer,
    from,
    to: Date.parse(answer.to),
    turns,
    base: decodeCells(answer.patterns, answer.cells, width),
    changes: {
      vantage: Uint16Array.from(changes.vantage),
      at: Int32Array.from(changes.row, (row, index) => row * width + (changes.port[index] ?? 0)),
      time: Float64Array.from(changes.time, at),
      code: Uint8Array.from(changes.code, (code) => Math.max(0, CODES.indexOf(code as CellCode))),
    },
    unknown: unknown.row.map((row, index) => ({
      row,
      vantage: unknown.vantage[index] ?? 0,
      from: at(unknown.from[index]),
      to: at(unknown.to[index]),
      spans: sets[unknown.columns[index] ?? 0] ?? [],
    })),
    episodes: episodes.finding.map((finding, index) => {
      const to = episodes.to[index] ?? -1;
      return { finding, from: at(episodes.from[index]), to: to < 0 ? Number.POSITIVE_INFINITY : at(to) };
    }),
  };
}

/**
 * The map at an instant of the period: what the changes say up to it, and unknown over everything else where nobody looked
 * in time. Nothing is taken from a later instant.
 */
export function foldAt({ axes, base, changes, unknown, episodes }: Window, instant: number): MapCells {
  const cells = base.map((side) => side.slice());
  const width = axes.ports.length;
  for (let index = 0; index < changes.at.length; index += 1) {
    if ((changes.time[index] ?? 0) > instant) continue;
    const side = cells[changes.vantage[index] ?? 0];
    if (side !== undefined) side[changes.at[index] ?? 0] = changes.code[index] ?? 0;
  }
  for (const { vantage, row, from, to, spans } of unknown) {
    if (instant < from || instant >= to) continue;
    for (const [first, last] of spans) cells[vantage]?.fill(UNKNOWN, row * width + first, row * width + last + 1);
  }
  const isOpenThen = new Set<number>();
  for (const { finding, from, to } of episodes) if (from <= instant && instant < to) isOpenThen.add(finding);
  markFindings(axes, cells, (finding) => isOpenThen.has(finding));
  return { axes, cells };
}

/** How a cell differs between two instants, the earlier one first. */
export const DIFFERENCES = [
  "same",
  "opened",
  "closed",
  "became authorized",
  "lost its authorization",
  "became unknown",
  "became known",
] as const;

export function differenceOf(before: number, after: number): number {
  const [was, is] = [(before & 0x0f) > 1, (after & 0x0f) > 1];
  if (was !== is) return was ? 5 : 6;
  if (!was) return 0;
  if (isOpen(before) !== isOpen(after)) return isOpen(after) ? 1 : 2;
  if (!isOpen(after) || isUnauthorized(before) === isUnauthorized(after)) return 0;
  return isUnauthorized(after) ? 4 : 3;
}

/** The difference of every cell, as its position in DIFFERENCES. */
export function differencesBetween(before: MapCells, after: MapCells): Uint8Array[] {
  return after.cells.map((side, vantage) => {
    const then = before.cells[vantage];
    return Uint8Array.from(side, (cell, at) => differenceOf(then?.[at] ?? 0, cell));
  });
}

/** Times in which any required cell was unknown, joined, with the share of the rows that it concerned at most. */
export function gapsOf(
  { unknown, axes }: Window,
  vantage: number,
): { readonly from: number; readonly to: number; readonly share: number }[] {
  const edges = unknown
    .filter((each) => each.vantage === vantage)
    .flatMap(({ from, to, row }): [number, number, number][] => [
      [from, 1, row],
      [to, -1, row],
    ])
    .sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const gaps: { from: number; to: number; share: number }[] = [];
  const open = new Map<number, number>();
  let since = 0;
  let most = 0;
  for (const [at, by, row] of edges) {
    if (open.size === 0) [since, most] = [at, 0];
    const count = (open.get(row) ?? 0) + by;
    if (count <= 0) open.delete(row);
    else open.set(row, count);
    most = Math.max(most, open.size);
    if (open.size > 0 || at <= since) continue;
    const before = gaps.at(-1);
    const share = most / Math.max(1, axes.rows.asset.length);
    if (before !== undefined && before.to === since)
      gaps[gaps.length - 1] = { from: before.from, to: at, share: Math.max(before.share, share) };
    else gaps.push({ from: since, to: at, share });
  }
  return gaps;
}

/** The next instant after `instant` at which something changed, or the last one before it. */
export function turnBeside(turns: readonly number[], instant: number, direction: 1 | -1): number | undefined {
  return direction === 1 ? turns.find((turn) => turn > instant) : turns.findLast((turn) => turn < instant);
}
