import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import type { Duration, Endpoint } from "../../../model/index.ts";
import { outcomeOfError } from "../../scanner/index.ts";
import { isIP } from "../address-form.ts";
import { converse, type Conversation } from "./conversation.ts";

/** Between two attempts of this machine to find room for a connection. */
const FIRST_PAUSE: Duration = 50;
const LONGEST_PAUSE: Duration = 1_000;

/** How connections to one endpoint are made. */
export interface Dialing {
  readonly endpoint: Endpoint;
  /** The name it is known by, for server name indication; else its address. */
  readonly host: string;
  readonly connectTimeout: Duration;
  /** Resolves when one more connection fits the pace; rejects when there is to be none. */
  readonly turn: (signal: AbortSignal) => Promise<void>;
  /** Aborted when the time budget of the endpoint or of the sweep ends. */
  readonly signal: AbortSignal;
  /** This machine has no descriptor, port or memory for a connection, or forbids it: nothing is known of the endpoint. */
  readonly onUnable: () => void;
}

export interface TlsConversation extends Conversation {
  readonly socket: TLSSocket;
}

/** Waits for the event, an end, or the time; never rejects. */
function opened(
  socket: Socket,
  event: "connect" | "secureConnect",
  wait: Duration,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (is: boolean) => (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", failed);
      resolve(is);
    };
    const failed = settle(false);
    const timer = setTimeout(failed, wait);
    socket.once(event, settle(true)).once("error", failed).once("close", failed);
    signal.addEventListener("abort", failed, { once: true });
  });
}

/**
 * Undefined if nobody accepts in time, or if the socket connected to itself. If this machine has no room for it just now,
 * it waits, within the time budget.
 */
async function dialSocket({ endpoint, connectTimeout, turn, signal, onUnable }: Dialing): Promise<Socket | undefined> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    await turn(signal);
    if (signal.aborted) return undefined;
    const socket = connectTcp({ host: endpoint.address, port: endpoint.port, noDelay: true });
    let code: string | undefined;
    socket.on("error", (error: NodeJS.ErrnoException) => (code ??= error.code));
    const isOpen = await opened(socket, "connect", connectTimeout, signal);
    const isItself = socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress;
    if (isOpen && !isItself) return socket;
    socket.destroy();
    if (code === undefined) return undefined;
    // It was found open, so there is an address to connect from.
    const { kind } = outcomeOfError(code, "at-once", () => true);
    if (kind === "refused-here") onUnable();
    if (kind !== "shortage") return undefined;
    await sleep(pause, undefined, { signal }).catch(onUnable);
  }
}

export async function dial(dialing: Dialing): Promise<Conversation | undefined> {
  const socket = await dialSocket(dialing);
  return socket === undefined ? undefined : converse(socket, dialing.signal);
}

/** A TLS session with any certificate: its purpose is to identify the server, not to trust it. */
export async function dialTls(
  dialing: Dialing,
  protocols: readonly string[],
  handshakeTimeout: Duration,
): Promise<TlsConversation | undefined> {
  const under = await dialSocket(dialing);
  if (under === undefined) return undefined;
  try {
    const socket = connectTls({
      socket: under,
      rejectUnauthorized: false,
      minVersion: "TLSv1",
      // Old servers have to be identified, not refused; nothing secret is ever sent.
      ciphers: "ALL:@SECLEVEL=0",
      ALPNProtocols: [...protocols],
      ...(isIP(dialing.host) ? {} : { servername: dialing.host }),
    });
    socket.on("error", () => undefined);
    if (await opened(socket, "secureConnect", handshakeTimeout, dialing.signal)) {
      return Object.assign(converse(socket, dialing.signal), { socket });
    }
    socket.destroy();
  } catch {
    // If OpenSSL refuses to begin, there is no session.
  }
  under.destroy();
  return undefined;
}
