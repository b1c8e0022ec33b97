import {
  errorOf,
  NETLINK_ROUTE,
  netlinkMessage,
  NLM_F_DUMP,
  NLMSG_DONE,
  openNetlink,
  readMessage,
  type NetlinkMessage,
  type NetlinkSocket,
} from "../../../platform/netlink/index.ts";
import { readNeighbour, readNetwork, RTM_GETADDR, RTM_GETNEIGH, type NeighbourTable } from "../neighbour-table.ts";

/** A reply of the kernel has at most 32 KiB (netlink_dump). */
const ROOM = 65_536;
/** The kernel itself limits its table to some thousand neighbours (gc_thresh3). */
const MOST_MESSAGES = 100_000;

/** The kernel's current table of neighbours; undefined where the kernel cannot be queried this way. */
export function readNeighbours(): NeighbourTable | undefined {
  const opening = openNetlink(NETLINK_ROUTE);
  if (opening.outcome === "refused") return undefined;
  const { socket } = opening;
  try {
    const neighbours = dump(socket, RTM_GETNEIGH, 12);
    const networks = dump(socket, RTM_GETADDR, 8);
    if (neighbours === undefined || networks === undefined) return undefined;
    return {
      neighbours: neighbours.flatMap((message) => readNeighbour(message) ?? []),
      networks: networks.flatMap((message) => readNetwork(message) ?? []),
    };
  } finally {
    socket.close();
  }
}

/** Undefined when the reply was cut off: part of a table does not count as one. */
function dump(socket: NetlinkSocket, type: number, fixedPart: number): NetlinkMessage[] | undefined {
  if (!socket.send(netlinkMessage(type, NLM_F_DUMP, type, new Uint8Array(fixedPart)))) return undefined;
  const messages: NetlinkMessage[] = [];
  while (messages.length < MOST_MESSAGES) {
    const bytes = new Uint8Array(ROOM);
    const received = socket.receive(bytes);
    if (received <= 0) return undefined;
    for (let at = 0; at < received;) {
      const message = readMessage(bytes.subarray(at, received));
      if (message === undefined || errorOf(message) !== undefined) return undefined;
      if (message.type === NLMSG_DONE) return messages;
      messages.push(message);
      // A message and its header, up to the next multiple of four.
      at += (message.body.length + 16 + 3) & ~3;
    }
  }
  return undefined;
}
