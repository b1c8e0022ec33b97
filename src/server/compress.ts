import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { FastifyInstance } from "fastify";

/** A smaller answer is sent in a few packets anyway. */
const WORTH = 1_400;
/** A large map takes a tenth of a second; above this, brotli takes longer than it saves. */
export const BROTLI_QUALITY = 6;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

declare module "fastify" {
  interface FastifyContextConfig {
    readonly isCompressed?: boolean;
  }
}

/**
 * Compresses the answers of routes that are declared so, for clients that accept it (RFC 9110 section 12.5.3). All other
 * answers are sent as they are: the length of a compressed answer that holds a secret gives parts of it away (BREACH).
 */
export function compressDeclared(server: FastifyInstance): void {
  server.addHook("onSend", async (request, reply, payload: unknown) => {
    if (request.routeOptions.config.isCompressed !== true || reply.statusCode !== 200) return payload;
    reply.header("vary", "accept-encoding");
    if (typeof payload !== "string" || payload.length < WORTH) return payload;
    const accepted = acceptedEncodings(request.headers["accept-encoding"]);
    if (accepted.has("br")) {
      reply.header("content-encoding", "br").removeHeader("content-length");
      return await brotli(payload, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
    }
    if (!accepted.has("gzip")) return payload;
    reply.header("content-encoding", "gzip").removeHeader("content-length");
    return await zip(payload);
  });
}

/** The codings that a header accepts by name: `gzip, br;q=0` accepts gzip. */
export function acceptedEncodings(header: string | string[] | undefined): ReadonlySet<string> {
  const given = String(header ?? "").slice(0, 1_000);
  const accepted = new Set<string>();
  for (const part of given.split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    if (!parameters.some((text) => /^q=0(\.0*)?$/.test(text))) accepted.add(name);
  }
  return accepted;
}
