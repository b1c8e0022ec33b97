import { lookup, type LookupAddress } from "node:dns";
import { request as requestClear, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestTls } from "node:https";
import { isIP } from "node:net";
import { destination } from "../destination.ts";

export interface Outgoing {
  readonly method: "GET" | "POST" | "PUT" | "HEAD";
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** Milliseconds within which the whole answer has to arrive; default 10,000. */
  readonly timeout?: number | undefined;
  /** The longest body that is read; default 1 MiB. */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * - `answered`: any status, redirects included: they are not followed, because they would lead past what was configured
 * - `refused`: the guard allowed no address of the host; nothing was sent
 * - `failed`: no connection, no certificate that the system trusts, no whole answer in time, or one that is too long
 */
export type Reply =
  | {
      readonly outcome: "answered";
      readonly status: number;
      /** By lower-case name. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  | { readonly outcome: "refused"; readonly problem: string }
  | { readonly outcome: "failed"; readonly problem: string };

export interface Egress {
  /** One request over http or https. Does not throw; a problem completes "the server could not be reached: …". */
  fetch(url: string, outgoing: Outgoing): Promise<Reply>;
  /**
   * An address of a host to connect to, for protocols other than HTTP. Throws an error that completes "the server could
   * not be reached: …".
   */
  addressOf(host: string): Promise<{ readonly address: string; readonly isPublic: boolean }>;
}

export interface EgressDeps {
  /** Names of hosts, addresses and networks that are not public and may be called nevertheless. */
  readonly allow: readonly string[];
  /** Resolves a name to all its addresses; default: the resolver of the operating system. */
  readonly resolve?: ((host: string) => Promise<readonly LookupAddress[]>) | undefined;
}

class Refusal extends Error {}

const bySystem = (host: string): Promise<readonly LookupAddress[]> =>
  new Promise((found, failed) => {
    lookup(host, { all: true }, (error, addresses) => (error === null ? found(addresses) : failed(error)));
  });

/** Calls to other servers, each connected only to an address that was judged: a name cannot change between the two. */
export function createEgress({ allow, resolve = bySystem }: EgressDeps): Egress {
  async function judged(host: string): Promise<LookupAddress[]> {
    const addresses = await resolve(host);
    const verdicts = addresses.map(({ address }) => destination(host, address, allow));
    const allowed = addresses.filter((_, place) => verdicts[place]?.allowed === true);
    const [refused] = verdicts;
    if (allowed.length > 0) return allowed;
    throw new Refusal(refused?.allowed === false ? refused.problem : `${host} has no address`);
  }

  /** Node asks this function for the addresses it connects to, unless the URL has one. */
  const pinned: NonNullable<RequestOptions["lookup"]> = (host, options, answer) => {
    judged(host).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all === true) answer(null, addresses);
        else answer(null, first?.address ?? "", first?.family);
      },
      (problem: unknown) => answer(problem instanceof Error ? problem : new Error(String(problem)), ""),
    );
  };

  return {
    async addressOf(host) {
      const [first] = await judged(host);
      const address = first?.address ?? host;
      return { address, isPublic: destination(host, address, []).allowed };
    },

    async fetch(url, outgoing) {
      const target = URL.canParse(url) ? new URL(url) : undefined;
      if (target === undefined || !/^https?:$/.test(target.protocol))
        return { outcome: "refused", problem: "the URL is neither http nor https" };
      const host = target.hostname.replace(/^\[(.*)\]$/, "$1");
      if (isIP(host) !== 0) {
        const verdict = destination(host, host, allow);
        if (!verdict.allowed) return { outcome: "refused", problem: verdict.problem };
      }
      const { timeout = TIMEOUT, signal: given } = outgoing;
      const late = AbortSignal.timeout(timeout);
      const signal = given === undefined ? late : AbortSignal.any([late, given]);
      try {
        return await send(target, { ...outgoing, signal }, pinned);
      } catch (error) {
        if (error instanceof Refusal) return { outcome: "refused", problem: error.message };
        if (late.aborted) return { outcome: "failed", problem: `no whole answer within ${timeout / 1_000} s` };
        if (signal.aborted) return { outcome: "failed", problem: "Portolan stopped waiting for it" };
        return { outcome: "failed", problem: wordsOf(error) };
      }
    },
  };
}

const TIMEOUT = 10_000;
const MAX_BYTES = 1024 * 1024;

async function send(
  target: URL,
  { method, headers, body, maxBytes = MAX_BYTES, signal }: Outgoing & { readonly signal: AbortSignal },
  pinned: NonNullable<RequestOptions["lookup"]>,
): Promise<Reply> {
  const request = target.protocol === "https:" ? requestTls : requestClear;
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    // A connection of its own: one that is kept alive was judged for an earlier answer of the name server.
    const sent = request(target, { method, agent: false, lookup: pinned, signal, headers: { ...headers } });
    sent.once("error", reject).once("response", resolve);
    sent.end(body);
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) {
      incoming.destroy();
      throw new Error(`its answer is longer than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return {
    outcome: "answered",
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(incoming.headersDistinct).map(([name, values]) => [name, values?.join(", ") ?? ""]),
    ),
    body: Buffer.concat(chunks),
  };
}

function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return wordsOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
