import type { Endpoint, Instant, StateAt, VantageKind } from "../../model/index.ts";

/** What one vantage point says of an endpoint. */
export interface Sight {
  readonly vantage: string;
  readonly kind: VantageKind;
  /** `unknown`: it did not look in time, or does not look there. */
  readonly state: StateAt;
  readonly lookedAt?: Instant | undefined;
  /** Whether the port baseline allows it to be open as seen from there; absent without a port baseline. */
  readonly allowed?: boolean | undefined;
}

/** A socket that waits for others on the machine of the endpoint. */
export interface ListeningSocket {
  readonly transport: Endpoint["transport"];
  /** What it is bound to; `0.0.0.0` and `::` are any address. */
  readonly address: string;
  readonly port: number;
}

/** What the machine itself says; `unknown`: nobody there could tell then. */
export type HostSays<Socket extends ListeningSocket = ListeningSocket> =
  | { readonly says: "listening"; readonly sockets: readonly Socket[] }
  | { readonly says: "not-listening" }
  | { readonly says: "unknown" };

export interface Exposure {
  /** Vantage points that it is open from. */
  readonly openFrom: readonly string[];
  /** Of these, the ones that the port baseline does not allow. */
  readonly wrongFrom: readonly string[];
  /** Vantage points of which nothing is known. */
  readonly unknownFrom: readonly string[];
  /** One sentence: what the machine says, and then each state with who sees it. */
  readonly summary: string;
}

/** What the sockets of a machine say of one of its endpoints; absent sockets: nobody could tell. */
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
 * Who sees what of one endpoint. No vantage point speaks for another one: that it is filtered from outside says nothing of
 * inside, and where nobody looked it is unknown, whatever the others saw.
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
