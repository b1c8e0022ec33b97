import { coverageOfHosts, type CoveredHost, type ObservedRun, type ObservedState } from "../../record/history/index.ts";
import { endpointKey, type Endpoint, type Instant, type Transport } from "../../model/index.ts";
import { addressesOfClass, portSet, type AddressSet, type PortSet } from "../../scope/index.ts";
import { claimedLooks, type ScanClaim } from "./claim.ts";
import { mergeStates, piecesOf, signatureOf, type PortStates } from "./port-states.ts";
import {
  unreadableScan,
  type HostLook,
  type PointLook,
  type PortsLeftOut,
  type RecordLeftOut,
  type ScanFacts,
  type ScanSink,
} from "./scan-reader.ts";

/** Addresses inside the scope that one import can cover: they bound its memory, not the file's size. */
const MOST_HOSTS = 1_000_000;
/** Endpoints listed one by one, open ones above all. */
const MOST_POINTS = 2_000_000;
/** Runs of one import: a file of more different times has them joined, see {@link createGathering}. */
const MOST_RUNS = 64;

const LOOPBACK = addressesOfClass("loopback");
const PORT_REASONS = ["notCovered", "inferred", "portZero", "otherProtocol"] as const;

/** A scan as the history takes it. */
export interface GatheredScan {
  readonly runs: readonly ObservedRun[];
  readonly counts: Readonly<Record<ObservedState, number>>;
  readonly open: readonly Endpoint[];
  /** Addresses that something is covered on, in order. */
  readonly addresses: readonly string[];
  readonly ports: PortSet;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly leftOut: ScanLeftOut;
  /** Up to three of the addresses outside the scope. */
  readonly outside: readonly string[];
}

/** What of a file is not recorded, by reason. */
export interface ScanLeftOut extends PortsLeftOut {
  /** Addresses outside the scope. */
  readonly outsideScope: number;
  /** Loopback addresses of the machine that scanned, which is not this one. */
  readonly loopback: number;
  readonly hostsDown: number;
  readonly hostsNotScanned: number;
  /** Records that are not a dated observation of an IP endpoint. */
  readonly unreadable: number;
}

/** Which addresses of a file belong to this installation. */
export interface Inside {
  readonly boundary: AddressSet;
  /** Whether the scan ran on this machine, so that its loopback is the loopback of the scope. */
  readonly onThisMachine: boolean;
}

interface TimedHost {
  readonly address: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly states: PortStates;
}

/**
 * Collects what a reader finds, and keeps of it what lies inside the boundary. Hosts that are alike share what is kept
 * of their ports.
 *
 * Coverage has one pair of times per run, so hosts that were scanned together make one run. Of more than 64 different
 * ends, neighbours are joined to runs that end within a 64th of the whole time: in a long scan, a host can seem to have
 * been scanned that much later than it was.
 */
export function createGathering({ boundary, onThisMachine }: Inside): ScanSink & {
  finish(facts: ScanFacts, claim: ScanClaim | undefined): GatheredScan;
} {
  const hosts: HostLook[] = [];
  const points = new Map<string, PointLook>();
  const outside = countAddresses();
  const loopback = countAddresses();
  const known = new Map<string, PortStates>();
  const records: Record<RecordLeftOut, number> = { unreadable: 0, portZero: 0, otherProtocol: 0 };
  const ofPorts = { notCovered: 0, inferred: 0, portZero: 0, otherProtocol: 0 };

  const isInside = (address: string): boolean => {
    if (!onThisMachine && LOOPBACK.has(address)) loopback.add(address);
    else if (!boundary.has(address)) outside.add(address);
    else return true;
    return false;
  };
  const shared = (states: PortStates): PortStates => {
    const signature = signatureOf(states);
    const before = known.get(signature);
    if (before === undefined && known.size < MOST_RUNS * 1_024) known.set(signature, states);
    return before ?? states;
  };

  function host(look: HostLook): void {
    if (!isInside(look.address)) return;
    for (const why of PORT_REASONS) ofPorts[why] += look.leftOut[why];
    hosts.push({ ...look, states: shared(look.states) });
    if (hosts.length > MOST_HOSTS) throw tooMuch(`${MOST_HOSTS} hosts inside the scope`);
  }

  function point(look: PointLook): void {
    if (!isInside(look.endpoint.address)) return;
    const key = endpointKey(look.endpoint);
    const before = points.get(key);
    if (before === undefined || before.at <= look.at) points.set(key, look);
    if (points.size > MOST_POINTS) throw tooMuch(`${MOST_POINTS} endpoints inside the scope`);
  }

  function finish(facts: ScanFacts, claim: ScanClaim | undefined): GatheredScan {
    const seen = [...points.values()].sort((a, b) => a.at - b.at);
    const span = timesOf(facts, hosts, seen);
    const timed: TimedHost[] = hosts
      .filter(({ states }) => states.size > 0)
      .map(({ address, from, to, states }) => {
        const end = to ?? span.to;
        return { address, states, to: end, from: Math.min(from ?? span.from, end) };
      });
    if (claim !== undefined && facts.incomplete === undefined) {
      const listed = new Map([...byAddress(seen)].map(([address, all]) => [address, portsOf(all)]));
      for (const look of claimedLooks(
        claim,
        listed,
        onThisMachine ? boundary : boundary.subtract(LOOPBACK),
        span,
        MOST_HOSTS,
      )) {
        timed.push({ address: look.address, ...span, states: shared(look.states) });
      }
    }
    const cells = cut(timed, seen);
    const counts: Record<ObservedState, number> = { open: 0, closed: 0, filtered: 0, "no-response": 0, unreachable: 0 };
    const open: Endpoint[] = [];
    const addresses = new Set<string>();
    const runs = cells.map((cell, run): ObservedRun => {
      const covered: CoveredHost[] = [];
      for (const [address, states] of cell.hosts) {
        addresses.add(address);
        for (const [state, ports] of states) counts[state] += ports.size;
        covered.push({ address, tcp: piecesOf(states, "tcp"), udp: piecesOf(states, "udp") });
        const ports = states.get("open");
        for (let index = 0; index < (ports?.size ?? 0); index += 1) {
          const endpoint = ports?.at(index);
          if (endpoint !== undefined) open.push({ address, ...endpoint });
        }
        if (open.length > MOST_POINTS) throw tooMuch(`${MOST_POINTS} open endpoints inside the scope`);
      }
      return {
        run,
        probedFrom: cell.from,
        probedTo: cell.to,
        coverage: coverageOfHosts(covered),
        times: new Map(cell.points.map(({ endpoint, at }) => [endpointKey(endpoint), at])),
      };
    });
    return {
      runs,
      counts,
      open,
      addresses: [...addresses],
      ports: [...new Set(cells.flatMap((cell) => [...cell.hosts.values()]))]
        .flatMap((states) => [...states.values()])
        .reduce((all, ports) => (ports.subtract(all).size === 0 ? all : all.union(ports)), portSet({})),
      startedAt: span.from,
      endedAt: span.to,
      outside: outside.first(3),
      leftOut: {
        outsideScope: outside.count(),
        loopback: loopback.count(),
        hostsDown: facts.hostsDown,
        hostsNotScanned: facts.hostsNotScanned,
        ...ofPorts,
        portZero: ofPorts.portZero + records.portZero,
        otherProtocol: ofPorts.otherProtocol + records.otherProtocol,
        unreadable: records.unreadable,
      },
    };
  }

  return { host, point, leaveOut: (why) => void (records[why] += 1), finish };
}

/** Counts addresses, each once up to a million of them. */
function countAddresses() {
  const seen = new Set<string>();
  let more = 0;
  return {
    add: (address: string): void => {
      if (seen.size < MOST_HOSTS) seen.add(address);
      else if (!seen.has(address)) more += 1;
    },
    count: (): number => seen.size + more,
    first: (most: number): string[] => [...seen.values().take(most)],
  };
}

/** Start and end of the scan: as stated by the file, and never narrower than its contents. */
function timesOf(
  facts: ScanFacts,
  hosts: readonly HostLook[],
  points: readonly PointLook[],
): { from: Instant; to: Instant } {
  let from = Infinity;
  let to = -Infinity;
  const widen = (at: Instant | undefined): void => {
    if (at === undefined) return;
    from = Math.min(from, at);
    to = Math.max(to, at);
  };
  for (const at of [facts.startedAt, facts.endedAt, points[0]?.at, points.at(-1)?.at]) widen(at);
  for (const host of hosts) {
    widen(host.from);
    widen(host.to);
  }
  if (Number.isFinite(from)) return { from, to };
  throw unreadableScan(
    "The file does not state when it was scanned.",
    "Give the file as the scanner wrote it; results without a time cannot become part of a history.",
  );
}

interface Cell {
  readonly hosts: Map<string, PortStates>;
  readonly points: PointLook[];
  from: Instant;
  to: Instant;
}

/** The observations cut into runs by their ends. */
function cut(timed: readonly TimedHost[], points: readonly PointLook[]): Cell[] {
  const ends = [...new Set([...timed.map(({ to }) => to), ...points.map(({ at }) => at)])].sort((a, b) => a - b);
  const [first = 0, last = 0] = [ends[0], ends.at(-1)];
  const width = ends.length <= MOST_RUNS ? 0 : Math.ceil((last - first) / MOST_RUNS);
  const cellOf = new Map<Instant, Cell>();
  const cells: Cell[] = [];
  let began = Number.NaN;
  for (const end of ends) {
    let cell = cells.at(-1);
    if (cell === undefined || end - began > width) {
      cells.push((cell = { hosts: new Map(), points: [], from: end, to: end }));
      began = end;
    }
    cell.to = end;
    cellOf.set(end, cell);
  }
  for (const look of timed) {
    const cell = cellOf.get(look.to) as Cell;
    cell.from = Math.min(cell.from, look.from);
    addTo(cell, look.address, look.states);
  }
  for (const look of points) (cellOf.get(look.at) as Cell).points.push(look);
  for (const cell of cells) {
    for (const [address, all] of byAddress(cell.points)) addTo(cell, address, statesOf(all));
  }
  return cells;
}

function addTo(cell: Cell, address: string, states: PortStates): void {
  const before = cell.hosts.get(address);
  cell.hosts.set(address, before === undefined ? states : mergeStates(before, states));
}

function byAddress(points: readonly PointLook[]): Map<string, PointLook[]> {
  return Map.groupBy(points, ({ endpoint }) => endpoint.address);
}

function statesOf(points: readonly PointLook[]): PortStates {
  return new Map([...Map.groupBy(points, ({ state }) => state)].map(([state, all]) => [state, portsOf(all)]));
}

function portsOf(points: readonly PointLook[]): PortSet {
  const of = (wanted: Transport): [number, number][] =>
    points.filter(({ endpoint }) => endpoint.transport === wanted).map(({ endpoint: { port } }) => [port, port]);
  return portSet({ tcp: of("tcp"), udp: of("udp") });
}

function tooMuch(what: string): Error {
  return unreadableScan(`The file covers more than ${what}.`, "Scan and import a part of the scope at a time.");
}
