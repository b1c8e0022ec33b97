import type { FastifyRequest } from "fastify";

/**
 * Puts the user who makes a request in place of the name that it gives as its requester. Only the operator has no name
 * of their own: the record takes what they state.
 */
export function nameRequester({ principal, body, query }: Pick<FastifyRequest, "principal" | "body" | "query">): void {
  if (principal === undefined || principal.kind === "operator") return;
  for (const fields of [body, query]) {
    if (typeof fields === "object" && fields !== null && "requestedBy" in fields) fields.requestedBy = principal.name;
  }
}
