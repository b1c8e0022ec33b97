import type { Endpoint } from "../model/index.ts";
import type { AddressSet } from "../scope/index.ts";
import type { Listener } from "./listener.ts";

/**
 * The endpoints that the listening TCP sockets of this machine are reachable at, among its `own` addresses. A socket
 * on `::` is counted for IPv4 too, since it usually takes both (RFC 3493, section 5.3); whether it does, the probe
 * finds out.
 */
export function listeningEndpoints(listeners: readonly Listener[], own: AddressSet): Endpoint[] {
  const addresses = Array.from({ length: own.size }, (_, index) => own.at(index));
  const found = new Map<string, Endpoint>();
  for (const { transport, address, port } of listeners) {
    if (transport !== "tcp") continue;
    for (const each of addresses.filter((candidate) => answersOn(address, candidate))) {
      found.set(`${each} ${port}`, { address: each, transport, port });
    }
  }
  return [...found.values()];
}

function answersOn(bound: string, address: string): boolean {
  if (bound === "::") return true;
  if (bound === "0.0.0.0") return !address.includes(":");
  return bound === address;
}
