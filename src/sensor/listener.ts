import type { Endpoint, Transport } from "../model/index.ts";

/** A socket of this machine that takes connections. */
export interface Listener {
  readonly transport: Transport;
  /** Canonical; `0.0.0.0` and `::` mean any address of the machine. */
  readonly address: string;
  readonly port: number;
  /** Name of the process as the kernel has it: at most 15 bytes, printable here. Absent when this user may not know. */
  readonly process?: string;
  readonly pid?: number;
  /** Login name of the socket's owner, or the number where it has none. */
  readonly user?: string;
}

/**
 * The process behind an endpoint of this machine; undefined when it is not known. The most specific socket wins, as
 * in the kernel: the very address, then any address of its family, then `::`, which takes IPv4 too unless it is told
 * not to (RFC 3493, section 5.3).
 */
export function processFor(endpoint: Endpoint, listeners: readonly Listener[]): string | undefined {
  const candidates = listeners.filter(
    ({ transport, port }) => transport === endpoint.transport && port === endpoint.port,
  );
  const family = endpoint.address.includes(":") ? "::" : "0.0.0.0";
  for (const address of [endpoint.address, family, "::"]) {
    const found = candidates.find((listener) => listener.address === address);
    if (found !== undefined) return found.process;
  }
  return undefined;
}
