import type { Server, Socket } from "node:net";
import { networkOf, shareOfConnections } from "../model/index.ts";
import { openFilesLimit } from "../platform/machine/index.ts";

/** Most connections of one address: ten people behind one router, with all that their browsers open. */
const OF_ONE_ADDRESS = 64;
/** Where the system reports no limit. */
const LIMIT_WHEN_UNTOLD = 1_024;

export interface ConnectionLimit {
  readonly inAll: number;
  readonly ofOneAddress: number;
}

/** By the descriptors that this process may open. No address gets more than half of the connections. */
export function connectionLimit(descriptors = openFilesLimit() ?? LIMIT_WHEN_UNTOLD): ConnectionLimit {
  const inAll = shareOfConnections(descriptors);
  return { inAll, ofOneAddress: Math.max(1, Math.min(OF_ONE_ADDRESS, Math.floor(inAll / 2))) };
}

/**
 * Closes connections beyond the limit as soon as they are accepted. A trusted proxy is one peer for all its clients, so
 * only the limit in all applies to it: to keep one client from taking it is the proxy's part.
 */
export function limitConnections(
  server: Server,
  { inAll, ofOneAddress }: ConnectionLimit,
  isProxy: (address: string) => boolean = () => false,
): void {
  const held = new Map<string, number>();
  // Node closes those beyond it right after accepting them.
  server.maxConnections = inAll;
  // Before any other listener: nothing else should see a connection that is closed at once.
  server.prependListener("connection", (socket: Socket) => {
    const address = socket.remoteAddress;
    // Already closed by its peer.
    if (address === undefined) return;
    if (isProxy(address)) return;
    const network = networkOf(address);
    const others = held.get(network) ?? 0;
    if (others >= ofOneAddress) {
      socket.destroy();
      return;
    }
    held.set(network, others + 1);
    socket.once("close", () => {
      const left = (held.get(network) ?? 1) - 1;
      if (left > 0) held.set(network, left);
      else held.delete(network);
    });
  });
}
