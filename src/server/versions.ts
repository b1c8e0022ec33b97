import type { FastifyReply, FastifyRequest } from "fastify";
import { Fault } from "../model/index.ts";

/** Entity tags (RFC 9110 section 8.8.3) of versioned resources, and the request headers that refer to them. */

/** Sets the response's entity tag. Returns true if the client already has this version and 304 was sent. */
export function isKnownVersion(request: FastifyRequest, reply: FastifyReply, version: string): boolean {
  const tag = `"${version}"`;
  reply.header("etag", tag).header("cache-control", "private, no-cache");
  const known = request.headers["if-none-match"];
  if (known === undefined || !tagsOf(known).some((each) => each === "*" || each.replace(/^W\//, "") === tag)) {
    return false;
  }
  reply.code(304).send();
  return true;
}

/** The number in `If-Match: "<kind>-<number>"`; undefined for no such header, and for `*`. */
export function versionSeen(kind: string, ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === "*") return undefined;
  const [tag = "", ...others] = tagsOf(ifMatch);
  const number = new RegExp(`^"${kind}-(\\d{1,9})"$`).exec(tag)?.[1];
  if (number !== undefined && others.length === 0) return Number(number);
  throw new Fault("config-invalid", `If-Match does not name a version of a ${kind}.`, {
    place: "If-Match",
    next: "Send the ETag exactly as the server returned it, or leave the header out.",
  });
}

function tagsOf(header: string): string[] {
  return header.split(",").map((tag) => tag.trim());
}
