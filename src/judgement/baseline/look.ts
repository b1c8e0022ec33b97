import { TRANSPORTS, type Transport } from "../../model/index.ts";
import { SAMPLE, type ComparedHost, type PortOf } from "./compared.ts";
import { namedPorts } from "./services.ts";

/**
 * What an observation proves about an endpoint: that it is `open`, that it is `shut` (it was refused, or got no reply
 * from a host that answered elsewhere), or nothing at all.
 */
export type Look = "open" | "shut" | "unsure";

/**
 * `filtered` counts only from a host that answered; a state that this input did not observe proves nothing. Over UDP
 * only `closed` proves a port shut: a service may be silent to everybody, and a prohibition may come from a router on
 * the path.
 */
export function lookAt(host: ComparedHost, transport: Transport, port: number): Look {
  const state = host.stateOf(transport, port);
  switch (state) {
    case "open":
      return "open";
    case "closed":
      return host.covers(transport, port) ? "shut" : "unsure";
    case "filtered":
      return transport === "tcp" && host.answered && host.covers(transport, port) ? "shut" : "unsure";
    case "no-response":
    case "unreachable":
    case "unknown":
      return "unsure";
  }
}

/**
 * Up to {@link SAMPLE} scanned ports of the host that pass the test: `first` before others, then ports with a
 * registered name, then (only if there were none yet) any. Empty when none was scanned.
 */
export function someCovered(
  host: ComparedHost,
  first: readonly PortOf[],
  passes: (port: PortOf) => boolean = () => true,
): PortOf[] {
  const found = new Map<string, PortOf>();
  const consider = (each: PortOf): void => {
    if (found.size < SAMPLE && host.covers(each.transport, each.port) && passes(each)) {
      found.set(`${each.transport}/${each.port}`, each);
    }
  };
  for (const each of first) consider(each);
  for (const transport of TRANSPORTS) for (const port of namedPorts(transport)) consider({ transport, port });
  if (found.size > 0) return [...found.values()];
  for (const transport of TRANSPORTS) {
    for (let port = 1; port <= 65_535 && found.size < SAMPLE; port += 1) consider({ transport, port });
  }
  return [...found.values()];
}
