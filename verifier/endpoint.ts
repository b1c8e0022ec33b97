import { parseAddress, type AddressValue } from "./addresses.ts";
import type { Transport } from "./ports.ts";

export interface Endpoint {
  /** As written. */
  readonly host: string;
  readonly address: AddressValue;
  readonly transport: Transport;
  readonly port: number;
}

/** `tcp/10.0.0.5:22`, `tcp/[2001:db8::1]:443`: how entries name it. */
export function endpointText({ host, transport, port }: Pick<Endpoint, "host" | "transport" | "port">): string {
  return `${transport}/${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** What somebody asked about: an asset or an address, and a port. */
export interface AskedEndpoint {
  readonly host: string;
  readonly transport: Transport;
  readonly port: number;
}

/** `db-3:5432`, `10.0.0.3:53/udp`, `[::1]:22`, `tcp/10.0.0.3:22`; undefined for anything else. */
export function parseAsked(text: string): AskedEndpoint | undefined {
  const [, before, bracketed, plain, decimal, after] =
    /^(?:(tcp|udp)\/)?(?:\[([^\]]+)\]|([^[\]]+)):(\d{1,5})(?:\/(tcp|udp))?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const port = Number(decimal);
  if (host === undefined || !(port >= 1 && port <= 65_535)) return undefined;
  return { host, transport: (before ?? after ?? "tcp") === "udp" ? "udp" : "tcp", port };
}

export function endpointAt(host: string, { transport, port }: AskedEndpoint): Endpoint | undefined {
  const address = parseAddress(host);
  return address === undefined ? undefined : { host, address, transport, port };
}

/** The text of an address as entries write it: for IPv6, the first longest run of zeros is left out (RFC 5952, section 4). */
export function addressText({ family, value }: AddressValue): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - index * 16)) & 0xffffn).toString(16));
  let [from, length] = [0, 1];
  for (let start = 0; start < groups.length; start += 1) {
    let end = start;
    while (groups[end] === "0") end += 1;
    if (end - start > length) [from, length] = [start, end - start];
  }
  if (length === 1) return groups.join(":");
  return `${groups.slice(0, from).join(":")}::${groups.slice(from + length).join(":")}`;
}
