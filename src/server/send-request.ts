import { X509Certificate } from "node:crypto";
import { Agent, request } from "node:https";
import { Readable } from "node:stream";

export interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends one request and returns the response as soon as its headers arrive. Does not follow redirects. */
export type SendRequest = (path: string, outgoing: Outgoing) => Promise<Response>;

/**
 * Sends to the server of this URL. With `certificate` (PEM), the server must have exactly this certificate, regardless
 * of its issuer and names. Without it, the server's certificate must be one that the system trusts.
 */
export function createSender(url: string, certificate?: string): SendRequest {
  return certificate === undefined ? byFetch(url) : byPin(url, certificate);
}

function byFetch(url: string): SendRequest {
  return (path, { method, headers, body, signal }) =>
    fetch(new URL(path, url), {
      method,
      headers,
      redirect: "error",
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : ReadableStream.from(body) }),
      // A body of unknown length is streamed, for which fetch requires this option.
      ...(body === undefined || typeof body === "string" ? {} : { duplex: "half" as const }),
    });
}

/** Does not use fetch, which cannot trust a certificate for one server only. */
function byPin(url: string, certificate: string): SendRequest {
  const pinned = new X509Certificate(certificate);
  const agent = new Agent({
    keepAlive: true,
    ca: certificate,
    // The certificate itself is trusted, not its authority.
    allowPartialTrustChain: true,
    checkServerIdentity: (_name, presented) =>
      presented.raw.equals(pinned.raw) ? undefined : new Error("the certificate is not the expected one"),
  });
  return (path, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, url), {
        agent,
        method,
        headers,
        ...(signal === undefined ? {} : { signal }),
      });
      outgoing.once("error", reject);
      outgoing.once("response", (incoming) => {
        const answer = new Headers();
        for (const [name, values] of Object.entries(incoming.headersDistinct)) {
          for (const value of values ?? []) answer.append(name, value);
        }
        resolve(
          new Response(Readable.toWeb(incoming) as ReadableStream<Uint8Array>, {
            status: incoming.statusCode ?? 500,
            headers: answer,
          }),
        );
      });
      if (body === undefined || typeof body === "string") outgoing.end(body);
      else {
        Readable.from(body)
          .once("error", (error) => outgoing.destroy(error))
          .pipe(outgoing);
      }
    });
}
