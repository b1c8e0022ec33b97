import { Fault, TRANSPORTS, type Transport } from "../model/index.ts";
import { numberSpans, spanAt, type Span } from "./spans.ts";
import { readPorts, type PortRange } from "./port-text.ts";

/** An immutable set of TCP and UDP ports; TCP comes before UDP. */
export interface PortSet {
  readonly size: number;
  readonly tcp: readonly PortRange[];
  readonly udp: readonly PortRange[];
  has(transport: Transport, port: number): boolean;
  /** @throws RangeError outside `[0, size)` */
  at(index: number): { transport: Transport; port: number };
  /** Inverse of `at`; -1 when the set does not hold the port. */
  indexOf(transport: Transport, port: number): number;
  /** nmap syntax that {@link parsePorts} reads back: `22,80-90,U:53`; empty text for the empty set. */
  format(): string;
  union(other: PortSet): PortSet;
  subtract(other: PortSet): PortSet;
  intersect(other: PortSet): PortSet;
}

/** @throws Fault `config-invalid` for a port outside 1 to 65535 or a reversed range */
export function portSet({ tcp = [], udp = [] }: { tcp?: Iterable<PortRange>; udp?: Iterable<PortRange> }): PortSet {
  return fromRanges(numberSpans.normalize(checked(tcp)), numberSpans.normalize(checked(udp)));
}

function checked(ranges: Iterable<PortRange>): PortRange[] {
  const list = [...ranges];
  const wrong = list.find(
    ([first, last]) =>
      !(Number.isInteger(first) && Number.isInteger(last) && first >= 1 && first <= last && last <= 65535),
  );
  if (wrong === undefined) return list;
  throw new Fault("config-invalid", `${wrong[0]}-${wrong[1]} is not a range of ports`, {
    next: "Use ports from 1 to 65535, the smaller one first.",
  });
}

function fromRanges(tcp: readonly Span<number>[], udp: readonly Span<number>[]): PortSet {
  let size = 0;
  const before = [...tcp, ...udp].map(([first, last]) => {
    const start = size;
    size += last - first + 1;
    return start;
  });
  const ranges = (transport: Transport): readonly Span<number>[] => (transport === "tcp" ? tcp : udp);
  const combine = (
    other: PortSet,
    operation: (a: readonly Span<number>[], b: readonly Span<number>[]) => Span<number>[],
  ): PortSet => fromRanges(operation(tcp, other.tcp), operation(udp, other.udp));

  return {
    size,
    tcp,
    udp,
    has: (transport, port) => numberSpans.find(ranges(transport), port) >= 0,
    at(index) {
      if (!Number.isInteger(index) || index < 0 || index >= size)
        throw new RangeError(`index ${index} is outside [0, ${size})`);
      const at = spanAt(before, index);
      const span = (at < tcp.length ? tcp[at] : udp[at - tcp.length]) as Span<number>;
      return { transport: at < tcp.length ? "tcp" : "udp", port: span[0] + index - (before[at] as number) };
    },
    indexOf(transport, port) {
      const at = numberSpans.find(ranges(transport), port);
      if (at < 0) return -1;
      const start = before[transport === "tcp" ? at : tcp.length + at] as number;
      return start + port - (ranges(transport)[at] as Span<number>)[0];
    },
    format: () => TRANSPORTS.flatMap((transport) => formatRanges(transport, ranges(transport))).join(","),
    union: (other) => combine(other, numberSpans.union),
    subtract: (other) => combine(other, numberSpans.subtract),
    intersect: (other) => combine(other, numberSpans.intersect),
  };
}

function formatRanges(transport: Transport, ranges: readonly Span<number>[]): string[] {
  const texts = ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`));
  if (transport === "udp" && texts.length > 0) texts[0] = `U:${texts[0]}`;
  return texts;
}

/**
 * Reads nmap's port syntax: `22,80-90`, `T:80,U:53,161` (a prefix holds until the next one), `-` for all ports of the
 * transport, `-100` and `60000-` for open ends. Without a prefix a port is TCP.
 *
 * @throws Fault `config-invalid` that names the part
 */
export function parsePorts(text: string): PortSet {
  const read = readPorts(text);
  if (read.ok) return portSet(read);
  throw new Fault("config-invalid", `${read.problem}`, {
    next: `${read.fix.charAt(0).toUpperCase()}${read.fix.slice(1)}.`,
  });
}
