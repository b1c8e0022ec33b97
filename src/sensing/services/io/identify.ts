import type { Duration, Endpoint, ServiceIdentity, TlsFacts } from "../../../model/index.ts";
import type { Fingerprints } from "../fingerprint.ts";
import { identityOf } from "../service-identity.ts";
import { expectsGreeting, expectsHello, stepsFor, stepsInside } from "../order.ts";
import { dial, dialTls, type Dialing } from "./connections.ts";
import type { Conversation } from "./conversation.ts";
import { askOn, hearGreeting, sayHello, type Heard, type Waits } from "./speak.ts";
import { chainOf, shakeHands, testVersions, type HandshakeDeps } from "./tls.ts";

/**
 * The result of an identification: `identified`, or `unidentified` with the reason and the first bytes received, if
 * any. `unreachable`: it did not accept a connection; `silent`: it accepted and sent nothing; `unrecognized`: its reply
 * matches none of the protocols; `interrupted`: the signal came first, or this machine could not connect (no descriptor,
 * or its own policy), so nothing is known.
 */
export type Identification =
  | { readonly kind: "identified"; readonly identity: ServiceIdentity }
  | {
      readonly kind: "unidentified";
      readonly why: "unreachable" | "silent" | "unrecognized" | "interrupted";
      /** Base64, at most 512 bytes; empty if nothing was received. */
      readonly evidence: string;
    };

export interface IdentifyDeps {
  readonly fingerprints: Fingerprints;
  readonly random: (length: number) => Uint8Array;
  /** Resolves when one more connection to the address fits the pace. Called before every connection. */
  readonly turn: (address: string, signal: AbortSignal) => Promise<void>;
}

export interface IdentifyOptions {
  /** Time budget for one endpoint. When it ends, the results so far are the answer. */
  readonly budget: Duration;
  readonly connectTimeout: Duration;
  readonly waits: Waits;
  readonly signal?: AbortSignal | undefined;
  /** The name the endpoint is known by, for TLS and HTTP; else its address. */
  readonly host?: string | undefined;
}

export const DEFAULT_IDENTIFYING = {
  budget: 15_000,
  connectTimeout: 2_000,
  waits: { greeting: 3_000, quiet: 300, likely: 2_000, guess: 700 },
} as const satisfies IdentifyOptions;

const EVIDENCE_BYTES = 512;

/** Where the client speaks first, it does so at once: a greeting is also recognized as the answer to its hello. */
function greetingWait(port: number, waits: Waits): Duration {
  if (expectsGreeting(port)) return waits.greeting;
  return expectsHello(port) ? 0 : waits.quiet;
}

/**
 * Identifies the service on an open TCP endpoint. Reads no data and changes none. Never rejects for what a peer does.
 */
export async function identify(
  endpoint: Endpoint,
  deps: IdentifyDeps,
  options: IdentifyOptions = DEFAULT_IDENTIFYING,
): Promise<Identification> {
  const budget = AbortSignal.timeout(options.budget);
  const signal = options.signal === undefined ? budget : AbortSignal.any([options.signal, budget]);
  const { connectTimeout, waits } = options;
  const host = options.host ?? endpoint.address;
  const turn = (until: AbortSignal): Promise<void> => deps.turn(endpoint.address, until);
  let isUnable = false;
  const onUnable = (): void => void (isUnable = true);
  const dialing: Dialing = { endpoint, host, connectTimeout, turn, signal, onUnable };
  const handshake: HandshakeDeps = { random: deps.random, wait: waits.likely };
  let unrecognized: Uint8Array = new Uint8Array(0);

  const keep = (conversation: Conversation): void => {
    if (unrecognized.length === 0) unrecognized = Uint8Array.from(conversation.said.subarray(0, EVIDENCE_BYTES));
  };
  const identified = (identity: ServiceIdentity): Identification => ({ kind: "identified", identity });
  const known = async (
    heard: Heard,
    on: Conversation,
    again: () => Promise<Conversation | undefined>,
    tls?: TlsFacts,
  ): Promise<Identification> => {
    const reading = await askOn(heard.parsed, on, again, waits.likely);
    return identified(identityOf(reading, heard.reply, deps.fingerprints, tls));
  };

  const began = performance.now();
  const first = await dial(dialing);
  const guess = Math.min(options.waits.guess, 250 + 20 * (performance.now() - began));
  if (first === undefined) return unidentified("unreachable");
  const greeting = await hearGreeting(first, greetingWait(endpoint.port, waits));
  if (greeting !== undefined) return await known(greeting, first, () => dial(dialing));
  keep(first);

  let unused: Conversation | undefined = first.ended || first.said.length > 0 ? undefined : first;
  if (unused === undefined) first.close();
  for (const step of stepsFor(endpoint.port)) {
    if (signal.aborted) break;
    const conversation: Conversation | undefined = unused ?? (await dial(dialing));
    unused = undefined;
    if (conversation === undefined) break;
    if (step === "tls") {
      const answer = await shakeHands(conversation, host, "TLSv1.2", handshake);
      const spoke = conversation.said.length > 0;
      if (spoke && (answer?.kind === "hello" || answer?.kind === "refused")) {
        const reply = Uint8Array.from(conversation.said.subarray(0, EVIDENCE_BYTES));
        conversation.close();
        return await insideTls(reply);
      }
    } else {
      const wait = step.ports.includes(endpoint.port) ? waits.likely : guess;
      const heard = await sayHello(conversation, step, host, wait);
      if (heard !== undefined) return await known(heard, conversation, () => dial(dialing));
    }
    keep(conversation);
    conversation.close();
  }
  unused?.close();
  return unidentified(unrecognized.length > 0 ? "unrecognized" : "silent");

  function unidentified(found: Extract<Identification, { kind: "unidentified" }>["why"]): Identification {
    const why = isUnable || options.signal?.aborted === true ? "interrupted" : found;
    return { kind: "unidentified", why, evidence: Buffer.from(unrecognized).toString("base64") };
  }

  async function insideTls(serverHello: Uint8Array): Promise<Identification> {
    const greets = expectsGreeting(endpoint.port);
    const open = (protocols: readonly string[]) => dialTls(dialing, protocols, waits.likely);
    const session = (greets ? undefined : await open(["h2", "http/1.1"])) ?? (await open([]));
    const certificates = session === undefined ? [] : chainOf(session.socket.getPeerCertificate(true));
    const alpn = session?.socket.alpnProtocol;
    const inner = session === undefined ? undefined : await speakInside(session, alpn === "h2");
    const tls: TlsFacts = {
      ...(await testVersions(dialing, handshake)),
      ...(typeof alpn === "string" ? { alpn } : {}),
      certificates,
    };
    if (inner !== undefined) return identified(identityOf(inner.reading, inner.reply, deps.fingerprints, tls));
    return identified(identityOf({ service: "tls", confidence: "high" }, serverHello, deps.fingerprints, tls));
  }

  async function speakInside(session: Conversation, isHttp2: boolean) {
    const again = (): Promise<Conversation | undefined> => dialTls(dialing, isHttp2 ? ["http/1.1"] : [], waits.likely);
    let current: Conversation | undefined = session;
    if (isHttp2) {
      session.close();
      current = await again();
    } else {
      const heard = await hearGreeting(session, greetingWait(endpoint.port, waits));
      if (heard !== undefined) {
        return { reading: await askOn(heard.parsed, session, again, waits.likely), reply: heard.reply };
      }
    }
    for (const step of stepsInside(endpoint.port)) {
      if (signal.aborted) break;
      if (current === undefined || current.ended) current = await again();
      if (current === undefined) break;
      const wait = step.ports.includes(endpoint.port) ? waits.likely : guess;
      const heard = await sayHello(current, step, host, wait);
      if (heard !== undefined) {
        return { reading: await askOn(heard.parsed, current, again, waits.likely), reply: heard.reply };
      }
      current.close();
      current = undefined;
    }
    current?.close();
    return undefined;
  }
}
