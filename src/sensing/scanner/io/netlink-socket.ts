import { Fault } from "../../../model/index.ts";
import { type ProbeOutcome, outcomeOfError, UNREACHABLE } from "../probe-outcome.ts";
import {
  errorOf,
  NETLINK_ROUTE,
  openNetlink,
  readMessage,
  type NetlinkMessage,
} from "../../../platform/netlink/index.ts";
import {
  askLink,
  askNeighbour,
  askRoute,
  readEthernetLink,
  readNeighbourEntry,
  readRoute,
  type RouteAnswer,
} from "../wire/netlink.ts";
import type { PacketLibc } from "./packet-libc.ts";

/** The kernel's own answers, policy rules included. Each query is answered before the call returns. */
export interface Routing {
  route(destination: Uint8Array): RouteAnswer | ProbeOutcome;
  /** Hardware address of a neighbour that the kernel knows. */
  neighbour(link: number, address: Uint8Array): Uint8Array | undefined;
  /** Hardware address of an interface that is an Ethernet. */
  ethernet(link: number): Uint8Array | undefined;
  close(): void;
}

const ANSWER_MOST = 65_536;
/** Unread answers of queries that failed half-way are skipped, but not for ever. */
const STALE_MOST = 16;

export function openRouting(libc: Pick<PacketLibc, "errorNumbers">): Routing {
  const opening = openNetlink(NETLINK_ROUTE);
  if (opening.outcome === "refused") {
    throw new Fault("engine-unavailable", `no netlink socket for routes (${opening.why})`, {
      next: "Allow AF_NETLINK (RestrictAddressFamilies in a systemd unit), or choose the engine connect.",
    });
  }
  const { socket } = opening;
  const names = new Map(Object.entries(libc.errorNumbers).map(([name, number]) => [number, name]));
  const buffer = new Uint8Array(ANSWER_MOST);
  let sequence = 0;

  function ask(question: Uint8Array): NetlinkMessage | undefined {
    if (!socket.send(question)) return undefined;
    for (let i = 0; i < STALE_MOST; i++) {
      const length = socket.receive(buffer);
      if (length < 0) return undefined;
      const message = readMessage(buffer.subarray(0, length));
      if (message?.sequence === sequence) return message;
    }
    return undefined;
  }

  return {
    route(destination) {
      const answer = ask(askRoute(++sequence, destination));
      const number = answer === undefined ? 0 : errorOf(answer);
      // A query for a route takes no port: EADDRNOTAVAIL could be about the address alone.
      if (number !== undefined) return outcomeOfError(names.get(number) ?? `errno-${number}`, "at-once", () => false);
      return (answer && readRoute(answer)) ?? UNREACHABLE;
    },
    neighbour(link, address) {
      const answer = ask(askNeighbour(++sequence, link, address));
      return answer && readNeighbourEntry(answer);
    },
    ethernet(link) {
      const answer = ask(askLink(++sequence, link));
      return answer && readEthernetLink(answer);
    },
    close: socket.close,
  };
}
