import type { Transport } from "../../model/index.ts";

/** A column of the map. */
export interface Column {
  readonly transport: Transport;
  readonly port: number;
}

interface Piece {
  readonly first: number;
  readonly last: number;
  readonly state: string;
}

const PORTS = 65_536;

/** Counts in how many rows each port is open; memory: one number per port. */
export function createOpenCounts(): {
  add(states: Readonly<Record<Transport, readonly Piece[]>>): void;
  addPort(column: Column): void;
  /** Ports that are open in any row. */
  counted(): { readonly column: Column; readonly count: number }[];
} {
  // A piece changes two numbers, however many ports it spans: their running sum is the count.
  const turns = { tcp: new Int32Array(PORTS + 1), udp: new Int32Array(PORTS + 1) };
  const add = (transport: Transport, first: number, last: number): void => {
    const of = turns[transport];
    of[first] = (of[first] ?? 0) + 1;
    of[last + 1] = (of[last + 1] ?? 0) - 1;
  };
  return {
    add(states) {
      for (const transport of ["tcp", "udp"] as const)
        for (const { first, last, state } of states[transport]) if (state === "open") add(transport, first, last);
    },
    addPort: ({ transport, port }) => add(transport, port, port),
    counted() {
      const found: { column: Column; count: number }[] = [];
      for (const transport of ["tcp", "udp"] as const) {
        let count = 0;
        for (let port = 0; port < PORTS; port += 1) {
          count += turns[transport][port] ?? 0;
          if (count > 0) found.push({ column: { transport, port }, count });
        }
      }
      return found;
    },
  };
}

/**
 * At most `most` columns, by transport and port: ports that are open in most rows first, then the wanted ones in their
 * order. `omitted` counts those that are open somewhere and have no column.
 */
export function columnsOf(
  open: readonly { readonly column: Column; readonly count: number }[],
  wanted: readonly Column[],
  most: number,
): { readonly columns: readonly Column[]; readonly omitted: number } {
  const columns = new Map<string, Column>();
  const mostOpen = open.toSorted((a, b) => b.count - a.count);
  for (const column of [...mostOpen.map((each) => each.column), ...wanted]) {
    if (columns.size >= most) break;
    columns.set(`${column.transport} ${column.port}`, column);
  }
  const sorted = [...columns.values()].sort((a, b) =>
    a.transport === b.transport ? a.port - b.port : a.transport < b.transport ? -1 : 1,
  );
  return { columns: sorted, omitted: Math.max(0, open.length - most) };
}
