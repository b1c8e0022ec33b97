import { TRANSPORTS, type EndpointState, type Instant, type Transport } from "../../model/index.ts";
import { canonicalAddress } from "../../scope/index.ts";
import { readPort } from "./port-list.ts";
import type { RecordLeftOut, ScanSink } from "./scan-reader.ts";

/** One endpoint as a record of masscan or naabu lists it, in the words of the file. */
export interface ListedEndpoint {
  readonly address: unknown;
  readonly at: Instant | undefined;
  readonly port: unknown;
  /** `tcp` and `udp` have endpoints; `sctp`, `icmp` and `arp` do not. */
  readonly transport: unknown;
  /** masscan calls an answer `open` or `closed`; it has no other words for one. */
  readonly state: unknown;
}

/** Hands the endpoint to the sink, or says why the record is none. */
export function put(sink: ScanSink, listed: ListedEndpoint): void {
  const { at, transport, state } = listed;
  const address = typeof listed.address === "string" ? canonicalAddress(listed.address) : undefined;
  const port = readPort(listed.port);
  if (address === undefined || at === undefined || port === undefined || !isTransport(transport) || !isAnswer(state)) {
    sink.leaveOut(why(listed));
  } else sink.point({ endpoint: { address, transport, port }, state, at });
}

function why({ transport, port }: ListedEndpoint): RecordLeftOut {
  if (typeof transport === "string" && transport !== "" && !isTransport(transport)) return "otherProtocol";
  return isTransport(transport) && Number(port) === 0 && port !== "" ? "portZero" : "unreadable";
}

function isTransport(value: unknown): value is Transport {
  return TRANSPORTS.some((transport) => transport === value);
}

function isAnswer(value: unknown): value is Extract<EndpointState, "open" | "closed"> {
  return value === "open" || value === "closed";
}
