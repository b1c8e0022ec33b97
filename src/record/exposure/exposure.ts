import type { Endpoint, Instant, StateAt, VantageKind } from "../../model/index.ts";

/** The state of an endpoint from one vantage point. */
export interface Sight {
  readonly vantage: string;
  readonly kind: VantageKind;
  /** `unknown`: this vantage point did not scan it in time, or never scans it. */
  readonly state: StateAt;
  readonly lookedAt?: Instant | undefined;
  /** Whether the port baseline allows it to be open from there; absent without a port baseline. */
  readonly allowed?: boolean | undefined;
}

/** A listening socket on the machine of the endpoint. */
export interface ListeningSocket {
  readonly transport: Endpoint["transport"];
  /** The address it is bound to; `0.0.0.0` and `::` are any address. */
  readonly address: string;
  readonly port: number;
}

/** The report of the machine itself; `unknown`: no sensor there could observe it at that time. */
export type HostSays<Socket extends ListeningSocket = ListeningSocket> =
  | { readonly says: "listening"; readonly sockets: readonly Socket[] }
  | { readonly says: "not-listening" }
  | { readonly says: "unknown" };

export interface Exposure {
  /** Vantage points that it is open from. */
  readonly openFrom: readonly string[];
  /** Those of them that the port baseline does not allow. */
  readonly wrongFrom: readonly string[];
  /** Vantage points from which the state is unknown. */
  readonly unknownFrom: readonly string[];
  /** One sentence: the report of the machine, then each state with its vantage points. */
  readonly summary: string;
}

/** Whether one of the sockets of a machine listens on the endpoint; absent sockets: unknown. */
export function hostSays<Socket extends ListeningSocket>(
  endpoint: Endpoint,
  sockets: readonly Socket[] | undefined,
): HostSays<Socket> {
  if (sockets === undefined) return { says: "unknown" };
  const here = sockets.filter((socket) => takes(socket, endpoint));
  return here.length === 0 ? { says: "not-listening" } : { says: "listening", sockets: here };
}

/** A socket on `::` usually takes IPv4 as well (RFC 3493, section 5.3). */
function takes({ transport, address, port }: ListeningSocket, endpoint: Endpoint): boolean {
  if (transport !== endpoint.transport || port !== endpoint.port) return false;
  if (address === "::") return true;
  return address === "0.0.0.0" ? !endpoint.address.includes(":") : address === endpoint.address;
}

/**
 * The exposure of one endpoint. No vantage point speaks for another: filtered from outside says nothing about inside,
 * and where nobody looked it is unknown, whatever the others saw.
 */
export function exposureOf(sights: readonly Sight[], host: HostSays): Exposure {
  const from = (which: (sight: Sight) => boolean): string[] => sights.filter(which).map(({ vantage }) => vantage);
  const byState = Map.groupBy(sights, ({ state }) => state);
  const seen = [...byState].map(([state, all]) => `${state} from ${all.map(({ vantage }) => vantage).join(", ")}`);
  return {
    openFrom: from(({ state }) => state === "open"),
    wrongFrom: from(({ state, allowed }) => state === "open" && allowed === false),
    unknownFrom: from(({ state }) => state === "unknown"),
    summary: [hostWords(host), ...seen].filter((part) => part !== "").join("; "),
  };
}

function hostWords(host: HostSays): string {
  switch (host.says) {
    case "unknown":
      return "";
    case "not-listening":
      return "nothing listens on the host";
    case "listening": {
      const bound = host.sockets.map(({ address }) => (["::", "0.0.0.0"].includes(address) ? "any" : address));
      return `listens on ${[...new Set(bound)].join(", ")}`;
    }
  }
}
