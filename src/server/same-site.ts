import type { FastifyRequest } from "fastify";
import { Fault } from "../model/index.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a change that a page of somebody else's asks for. A browser sends `Origin` with every request that changes
 * something (Fetch standard, section 3.2) and no page can forge it; a cookie it sends whoever asks. So what comes with
 * a session has to show an origin of our own, and what comes with none at all must not show another's: else a page
 * could sign its visitor in as somebody else. Keys and tokens are in a header that no page can set.
 */
export function refuseCrossSite(request: FastifyRequest): void {
  if (READS.has(request.method)) return;
  const { principal } = request;
  if (principal !== undefined && principal.kind !== "person") return;
  const { origin, host } = request.headers;
  if (origin === undefined ? principal === undefined : origin === `${request.protocol}://${host ?? ""}`) return;
  throw new Fault("forbidden", "A page of another site asked for this, or the browser did not say which page did.", {
    next: "Do it on the pages of Portolan itself; a program sends an API key instead of cookies.",
  });
}
