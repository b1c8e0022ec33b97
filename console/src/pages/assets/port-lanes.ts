import type { Kind, Lane, Span } from "@portolan/charts";
import type { ExposureIntervalsResult } from "../../../../src/contract/index.ts";

type Code = "a" | "n" | "e" | "w" | "p" | "c" | "f" | "s" | "r" | "k" | "u" | "x";

const LOOKS: Readonly<Record<Exclude<Code, "x">, readonly [kind: Kind, words: string]>> = {
  a: ["good", "open, authorized"],
  n: ["bad", "open, not authorized"],
  e: ["bad", "open, its authorization has expired"],
  w: ["bad", "open, authorized for other vantage points only"],
  p: ["warn", "open, no port baseline decided about it"],
  c: ["closed", "closed"],
  f: ["closed", "filtered"],
  s: ["silent", "no response"],
  r: ["silent", "unreachable"],
  k: ["closed", "not open"],
  u: ["unknown", "unknown: nobody looked in time"],
};

/** A lane for each endpoint that was open at some time of the period, as one vantage point saw it, by address and port. */
export function portLanes(of: ExposureIntervalsResult, vantage: string): Lane[] {
  const side = of.vantagePoints.findIndex(({ name }) => name === vantage);
  const cells = Map.groupBy(changesOf(of, side), ({ row, port }) => `${row} ${port}`);
  return [...cells.values()]
    .filter((changes) => changes.some(({ code }) => "anewp".includes(code)))
    .map((changes) => ({ changes, row: changes[0]?.row ?? 0, port: changes[0]?.port ?? 0 }))
    .toSorted((a, b) => a.row - b.row || a.port - b.port)
    .map(({ changes, row, port }) => ({
      label: labelOf(of, row, port),
      spans: [...statesOf(of, changes), ...unknownOf(of, { side, row, port })],
    }));
}

interface Change {
  readonly row: number;
  readonly port: number;
  readonly at: number;
  readonly code: Code;
}

function changesOf({ changes, times, from }: ExposureIntervalsResult, side: number): Change[] {
  return [...changes.code].flatMap((code, index) => {
    const [row, port, time] = [changes.row[index] ?? 0, changes.port[index] ?? 0, changes.time[index] ?? 0];
    return changes.vantage[index] === side
      ? [{ row, port, at: Date.parse(from) + (times[time] ?? 0), code: code as Code }]
      : [];
  });
}

function labelOf({ rows, ports }: ExposureIntervalsResult, row: number, column: number): string {
  const { transport = "tcp", port = 0 } = ports[column] ?? {};
  const several = rows.addresses.length > 1;
  return several ? `${rows.addresses[row] ?? ""} ${transport}/${port}` : `${transport}/${port}`;
}

/** Before its first change a port was not open; what was unknown is drawn over that. */
function statesOf({ from, to }: ExposureIntervalsResult, changes: readonly Change[]): Span[] {
  const all = [{ at: Date.parse(from), code: "k" as Code }, ...changes];
  return all.flatMap(({ at, code }, index): Span[] => {
    const until = all[index + 1]?.at ?? Date.parse(to);
    if (code === "x" || until <= at) return [];
    const [kind, title] = LOOKS[code];
    return [{ from: at, to: until, kind, title }];
  });
}

function unknownOf(
  { unknown, times, from, columnSets }: ExposureIntervalsResult,
  { side, row, port }: { readonly side: number; readonly row: number; readonly port: number },
): Span[] {
  const at = (time: number | undefined): number => Date.parse(from) + (times[time ?? 0] ?? 0);
  return unknown.row.flatMap((each, index): Span[] => {
    if (each !== row || unknown.vantage[index] !== side) return [];
    if (!hasColumn(columnSets[unknown.columns[index] ?? 0] ?? "", port)) return [];
    const [kind, title] = LOOKS.u;
    return [{ from: at(unknown.from[index]), to: at(unknown.to[index]), kind, title }];
  });
}

/** Whether a set written as `0-4,9` has the column. */
function hasColumn(set: string, column: number): boolean {
  return set.split(",").some((part) => {
    const [first = -1, last = first] = part.split("-").map(Number);
    return first <= column && column <= last;
  });
}
