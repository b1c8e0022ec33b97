import { printable } from "../../platform/documents/index.ts";
import type { Transport } from "../../model/index.ts";
import type { PortOf } from "./compared.ts";
import { serviceName } from "./services.ts";

const SHOWN = 5;

/** `a`, `a and b`, `a, b and c`, `a, b, c, d, e and 12 more`. */
export function enumerate(words: readonly string[]): string {
  if (words.length > SHOWN + 1) return `${words.slice(0, SHOWN).join(", ")} and ${words.length - SHOWN} more`;
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** `tcp port 22 (ssh)`; the name is the registered one. */
export function portName({ transport, port }: PortOf): string {
  const name = serviceName(transport, port);
  return `${transport} port ${port}${name === undefined ? "" : ` (${name})`}`;
}

/** `tcp port 22 (ssh)` or `tcp ports 8000-8010`. */
export function portsName(transport: Transport, [first, last]: readonly [number, number]): string {
  return first === last ? portName({ transport, port: first }) : `${transport} ports ${first}-${last}`;
}

/** `22, 80 and 443`, with the transport if it is not TCP. */
export function portList(ports: readonly PortOf[]): string {
  return enumerate(ports.map(({ transport, port }) => (transport === "tcp" ? `${port}` : `${transport}/${port}`)));
}

/** `web-1 (10.77.0.2)`; the bare address if that is the asset's name, or if it is undeclared. */
export function hostName(asset: string | undefined, addresses: readonly string[]): string {
  const at = enumerate(addresses);
  if (asset === undefined || asset === at) return at;
  return `${printable(asset)} (${at})`;
}
