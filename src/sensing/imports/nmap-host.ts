import type { ObservedState } from "../../record/history/index.ts";
import type { Transport } from "../../model/index.ts";
import { portSet, type PortSet } from "../../scope/index.ts";
import type { Unheld } from "./port-list.ts";
import { NO_PORTS, portsWithState, type PortStates } from "./port-states.ts";
import type { PortsLeftOut } from "./scan-reader.ts";

/** A `port` element. */
export interface ListedPort {
  readonly transport: Transport;
  readonly port: number;
  readonly state: string;
  readonly reason: string;
}

/** An `extraports` element: so many ports in a state, summed up. */
export interface ExtraPorts {
  readonly state: string;
  readonly count: number;
  /** Its `extrareasons`, as far as they name their ports (nmap 7.80 and later). */
  readonly named: readonly { readonly ports: PortSet; readonly unheld: Unheld; readonly reason: string }[];
  readonly reasons: readonly string[];
}

export interface NmapHost {
  /** Why nmap considers it up: `user-set` if it was not probed (-Pn). */
  readonly upReason: string;
  readonly listed: readonly ListedPort[];
  /** `port` elements that no endpoint can hold. */
  readonly unheld: Unheld;
  readonly extra: readonly ExtraPorts[];
}

/** The ports that `scaninfo` lists as scanned on every host, and which of them can be relied on. */
export interface ScannedPorts {
  readonly all: PortSet;
  /** What it lists and no endpoint can hold: nmap's counts include it. */
  readonly unheld: Unheld;
  /** Transports that were scanned by a method whose `open` and `closed` were answers and not inferences. */
  readonly reliable: ReadonlySet<Transport>;
}

/**
 * Which ports of a host were left in which state.
 *
 * Ports in `port` elements have the state given there. `extraports` stand for the rest: with their ports where they
 * name them, else for every port of `scaninfo` that no other element covers, if there is one such `extraports` and its
 * count is right. Whatever remains is ambiguous, and covered by nothing. So is `open|filtered`, `unfiltered`,
 * `closed|filtered`. Nothing is guessed.
 */
export function settleHost(host: NmapHost, scanned: ScannedPorts): { states: PortStates; leftOut: PortsLeftOut } {
  const found = createStates();
  const spoken = listPorts(host, found);
  const rest = scanned.all.subtract(spoken);
  sumUp(host, { ports: rest, unheld: sizeOf(scanned.unheld) - sizeOf(host.unheld) }, found);

  const answered = found.any((state) => state === "open" || state === "closed");
  const states = new Map<ObservedState, PortSet>();
  for (const { ports, state, reason } of found.all()) {
    const observed = observedState(state, reason, { answered, upReason: host.upReason });
    const kept = observed === undefined ? NO_PORTS : ports.intersect(reliablePorts(scanned));
    if (observed !== undefined && kept.size > 0) states.set(observed, (states.get(observed) ?? NO_PORTS).union(kept));
  }
  const everything = scanned.all.union(spoken);
  const reliable = everything.intersect(reliablePorts(scanned)).size;
  return {
    states,
    leftOut: {
      notCovered: reliable - portsWithState(states).size,
      inferred: everything.size - reliable,
      portZero: Math.max(scanned.unheld.portZero, host.unheld.portZero),
      otherProtocol: Math.max(scanned.unheld.otherProtocol, host.unheld.otherProtocol),
    },
  };
}

function sizeOf({ portZero, otherProtocol }: Unheld): number {
  return portZero + otherProtocol;
}

/** Puts what `port` elements list into `found`, and returns the ports they cover. */
function listPorts(host: NmapHost, found: ReturnType<typeof createStates>): PortSet {
  const byPort = new Map<string, ListedPort | "contradicted">();
  for (const listed of host.listed) {
    const key = `${listed.transport} ${listed.port}`;
    const before = byPort.get(key);
    const same = before === undefined || (before !== "contradicted" && before.state === listed.state);
    byPort.set(key, same ? listed : "contradicted");
  }
  const groups = new Map<string, { listed: ListedPort; tcp: [number, number][]; udp: [number, number][] }>();
  for (const listed of byPort.values()) {
    if (listed === "contradicted") continue;
    const key = `${listed.state} ${listed.reason}`;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { listed, tcp: [], udp: [] }));
    group[listed.transport].push([listed.port, listed.port]);
  }
  for (const { listed, tcp, udp } of groups.values()) found.add(portSet({ tcp, udp }), listed.state, listed.reason);
  const spoken = (transport: Transport): [number, number][] =>
    host.listed.filter((each) => each.transport === transport).map(({ port }) => [port, port]);
  return portSet({ tcp: spoken("tcp"), udp: spoken("udp") });
}

/**
 * Puts what `extraports` stand for into `found`. `rest` is what no `port` element covers: ports, and the number of those
 * that no endpoint can hold, which nmap counts all the same.
 */
function sumUp(
  host: NmapHost,
  rest: { readonly ports: PortSet; readonly unheld: number },
  found: ReturnType<typeof createStates>,
): void {
  const unnamed: ExtraPorts[] = [];
  let { ports: left, unheld } = rest;
  for (const extra of host.extra) {
    const ports = extra.named.reduce((all, each) => all.union(each.ports), NO_PORTS);
    const sum = extra.named.reduce((total, each) => total + each.ports.size, 0);
    const others = extra.named.reduce((total, each) => total + sizeOf(each.unheld), 0);
    // Names count only if they add up: as many as were summed up, none twice, none that another element covers.
    const addsUp = ports.size === sum && sum + others === extra.count && others <= unheld;
    if (!addsUp || ports.subtract(left).size > 0) {
      unnamed.push(extra);
      continue;
    }
    left = left.subtract(ports);
    unheld -= others;
    for (const each of extra.named) found.add(each.ports, extra.state, each.reason);
  }
  const [only, ...others] = unnamed;
  if (only === undefined || others.length > 0 || only.count !== left.size + unheld) return;
  const [reason = "", ...more] = new Set(only.reasons);
  found.add(left, only.state, more.length === 0 ? reason : "");
}

function createStates() {
  const found: { readonly ports: PortSet; readonly state: string; readonly reason: string }[] = [];
  return {
    add: (ports: PortSet, state: string, reason: string): void => void found.push({ ports, state, reason }),
    any: (wanted: (state: string) => boolean): boolean =>
      found.some(({ ports, state }) => ports.size > 0 && wanted(state)),
    all: () => found,
  };
}

function reliablePorts({ reliable }: ScannedPorts): PortSet {
  return portSet({ tcp: reliable.has("tcp") ? [[1, 65_535]] : [], udp: reliable.has("udp") ? [[1, 65_535]] : [] });
}

/**
 * nmap's word in ours; undefined when it decides nothing. With -Pn, nmap calls a host up without probing it, and then
 * all its silent ports filtered; in our words a host that answered nowhere gave `no-response`.
 */
function observedState(
  state: string,
  reason: string,
  host: { readonly answered: boolean; readonly upReason: string },
): ObservedState | undefined {
  switch (state) {
    case "open":
    case "closed":
      return state;
    case "filtered": {
      const silent = reason === "no-response" || reason === "no-responses" || reason === "";
      return silent && !host.answered && host.upReason === "user-set" ? "no-response" : "filtered";
    }
    default:
      return undefined;
  }
}
