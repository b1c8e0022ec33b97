import { Fault } from "../../../model/index.ts";
import { type ProbeOutcome, UNREACHABLE } from "../probe-outcome.ts";
import type { HashState } from "../wire/keyed-hash.ts";
import { RTN_UNICAST } from "../wire/netlink.ts";
import { whoHas } from "../wire/neighbour.ts";
import { synTemplate, type SynTemplate } from "../wire/syn.ts";
import { createNeighbours, type Neighbours } from "./neighbours.ts";
import type { Routing } from "./netlink-socket.ts";
import type { SendRing } from "./packet-rings.ts";
import { addressBytes } from "./sockaddr.ts";

/** How to reach an address. */
export type Path =
  | { readonly kind: "ready"; readonly ring: SendRing; readonly template: SynTemplate; readonly hash: HashState }
  /** An address of this machine, or behind a link that is not an Ethernet: the connect engine serves it. */
  | { readonly kind: "by-connect" }
  /** The next hop is being resolved; `settled` is called when requesting the path again makes sense. */
  | { readonly kind: "resolving"; whenSettled(settled: () => void): void }
  | { readonly kind: "known"; readonly outcome: ProbeOutcome };

export interface Paths {
  to(address: string): Path;
  readonly neighbours: Neighbours;
  readonly rings: ReadonlyMap<number, SendRing>;
  close(): void;
}

interface Kept {
  readonly path: Path;
  readonly until: number;
}

/** Routes change during a sweep; after this long the kernel is queried again. */
const KEPT_FOR_MS = 10_000;
const ADDRESSES_KEPT = 65_536;

export function createPaths(deps: {
  readonly routing: Routing;
  openRing(link: number): SendRing;
  hashOf(source: Uint8Array, destination: Uint8Array): HashState;
}): Paths {
  const { routing } = deps;
  const kept = new Map<string, Kept>();
  const rings = new Map<number, SendRing>();
  const hardware = new Map<number, Uint8Array | undefined>();
  /** The source address of queries on a link, by link and address family. */
  const sources = new Map<string, Uint8Array>();

  const neighbours = createNeighbours({
    known: routing.neighbour,
    ask(link, address) {
      const from = hardware.get(link);
      const source = sources.get(`${link} ${address.length}`);
      if (from === undefined || source === undefined) return;
      const ring = ringOf(link);
      ring?.frame(whoHas(from, source, address));
      ring?.flush();
    },
  });

  /** Undefined where every packet socket is in use: connecting sees the same, more slowly. */
  function ringOf(link: number): SendRing | undefined {
    let ring = rings.get(link);
    if (ring !== undefined) return ring;
    try {
      rings.set(link, (ring = deps.openRing(link)));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "engine-unavailable") throw error;
    }
    return ring;
  }

  function find(address: string): Path {
    const destination = addressBytes(address);
    const route = routing.route(destination);
    if ("kind" in route) return { kind: "known", outcome: route };
    const { link, source, gateway = destination } = route;
    if (route.type !== RTN_UNICAST || source === undefined) return { kind: "by-connect" };
    if (!hardware.has(link)) hardware.set(link, routing.ethernet(link));
    const from = hardware.get(link);
    // A gateway of the other family would need a source address that is not available here.
    if (from === undefined || gateway.length !== source.length) return { kind: "by-connect" };
    const ring = ringOf(link);
    if (ring === undefined) return { kind: "by-connect" };
    sources.set(`${link} ${source.length}`, source);
    const to = neighbours.find(link, gateway);
    if (to === "absent") return { kind: "known", outcome: UNREACHABLE };
    if (to === undefined) {
      return { kind: "resolving", whenSettled: (settled) => neighbours.whenSettled(link, gateway, settled) };
    }
    const template = synTemplate({ from, to }, source, destination);
    return { kind: "ready", ring, template, hash: deps.hashOf(source, destination) };
  }

  return {
    neighbours,
    rings,
    to(address) {
      const now = performance.now();
      const known = kept.get(address);
      if (known !== undefined && known.until > now) return known.path;
      const path = find(address);
      if (kept.size >= ADDRESSES_KEPT) kept.clear();
      // An absent neighbour is retried at the interval of the neighbour table.
      if (path.kind === "ready" || path.kind === "by-connect") kept.set(address, { path, until: now + KEPT_FOR_MS });
      else kept.delete(address);
      return path;
    },
    close() {
      neighbours.close();
      for (const ring of rings.values()) ring.close();
      rings.clear();
      kept.clear();
    },
  };
}
