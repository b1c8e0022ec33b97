import type { FastifyRequest } from "fastify";
import { Fault } from "../model/index.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a change that a page of another site requests. A browser sends `Origin` with every request that changes
 * something (Fetch standard, section 3.2), and no page can forge it; cookies are sent whichever page makes the request.
 * So a request with a session must show this server's own origin. A request without one must not show another origin:
 * otherwise a page could sign its visitor in as somebody else. Keys and tokens are in a header that no other site's
 * page can set.
 */
export function refuseCrossSite(request: FastifyRequest): void {
  if (READS.has(request.method)) return;
  const { principal } = request;
  if (principal !== undefined && principal.kind !== "person") return;
  const { origin, host } = request.headers;
  if (origin === undefined ? principal === undefined : origin === `${request.protocol}://${host ?? ""}`) return;
  throw new Fault("forbidden", "A page of another site made this request, or the browser did not name the page.", {
    next: "Use Portolan's own pages; a program sends an API key instead of cookies.",
  });
}
