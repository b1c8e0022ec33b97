import { Fault } from "../../model/index.ts";
import { type Outcome, outcomeOfError } from "../outcome.ts";
import {
  askLink,
  askNeighbour,
  askRoute,
  errorOf,
  type NetlinkMessage,
  readEthernetLink,
  readMessage,
  readNeighbourEntry,
  readRoute,
  type RouteAnswer,
} from "../wire/netlink.ts";
import { SOCK_CLOEXEC } from "./linux-abi.ts";
import * as abi from "./packet-abi.ts";
import type { PacketLibc } from "./packet-libc.ts";

/** The kernel's own answers, policy rules included. Each question is answered before the call returns. */
export interface Routing {
  route(destination: Uint8Array): RouteAnswer | Outcome;
  /** Hardware address of a neighbour that the kernel knows. */
  neighbour(link: number, address: Uint8Array): Uint8Array | undefined;
  /** Hardware address of an interface that is an Ethernet. */
  ethernet(link: number): Uint8Array | undefined;
  close(): void;
}

const ANSWER_MOST = 65_536;
/** Unread answers of questions that failed half-way are skipped, but not for ever. */
const STALE_MOST = 16;

export function openRouting(libc: PacketLibc): Routing {
  const fd = libc.socket(abi.AF_NETLINK, abi.SOCK_RAW | SOCK_CLOEXEC, abi.NETLINK_ROUTE);
  if (fd < 0) {
    throw new Fault("engine-unavailable", `no netlink socket for routes (errno ${libc.errno()})`, {
      next: "Allow AF_NETLINK (RestrictAddressFamilies in a systemd unit), or choose the engine connect.",
    });
  }
  const names = new Map(Object.entries(libc.errorNumbers).map(([name, number]) => [number, name]));
  const buffer = new Uint8Array(ANSWER_MOST);
  let sequence = 0;

  function ask(question: Uint8Array): NetlinkMessage | undefined {
    if (libc.send(fd, question, question.length, 0) < 0) return undefined;
    for (let i = 0; i < STALE_MOST; i++) {
      const length = libc.receive(fd, buffer, buffer.length, abi.MSG_DONTWAIT);
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
      if (number !== undefined) return outcomeOfError(names.get(number) ?? `errno-${number}`, "at-once");
      return (answer && readRoute(answer)) ?? outcomeOfError("ENETUNREACH", "at-once");
    },
    neighbour(link, address) {
      const answer = ask(askNeighbour(++sequence, link, address));
      return answer && readNeighbourEntry(answer);
    },
    ethernet(link) {
      const answer = ask(askLink(++sequence, link));
      return answer && readEthernetLink(answer);
    },
    close: () => void libc.close(fd),
  };
}
