import type { Endpoint } from "../../model/index.ts";
import type { AddressSet } from "../../scope/index.ts";
import type { BoundSocket } from "./bound-socket.ts";

type Bound = Pick<BoundSocket, "transport" | "address" | "port"> & { readonly ipv6Only?: boolean | undefined };

/**
 * The endpoints that the listening TCP sockets of this machine are reachable at, among its `own` addresses. A socket
 * on `::` is counted for IPv4 too unless it is known to leave it alone, since it usually takes both (RFC 3493, section
 * 5.3); whether it does, the probe finds out.
 */
export function listeningEndpoints(sockets: readonly Bound[], own: AddressSet): Endpoint[] {
  const addresses = Array.from({ length: own.size }, (_, index) => own.at(index));
  const found = new Map<string, Endpoint>();
  for (const socket of sockets) {
    const { transport, port } = socket;
    if (transport !== "tcp") continue;
    for (const address of addresses.filter((candidate) => answersOn(socket, candidate))) {
      found.set(`${address} ${port}`, { address, transport, port });
    }
  }
  return [...found.values()];
}

function answersOn({ address: bound, ipv6Only }: Bound, address: string): boolean {
  if (bound === "::") return ipv6Only !== true || address.includes(":");
  if (bound === "0.0.0.0") return !address.includes(":");
  return bound === address;
}
