import type { FastifyRequest } from "fastify";
import type { Caller, Access } from "../contract/index.ts";
import { bearerOf, type Authenticator } from "./gate.ts";

/** Sign-in by API key, and by session cookie. */
export function identityAuthenticators(identity: Access): Authenticator[] {
  return [
    async (request) => {
      const presented = bearerOf(request);
      return presented === undefined ? undefined : await identity.byKey(presented);
    },
    async (request) =>
      // A wrong key is refused even if the request also has a valid cookie.
      request.headers.cookie === undefined || request.headers.authorization !== undefined
        ? undefined
        : await identity.bySession(callerOf(request)),
  ];
}

export function callerOf(request: FastifyRequest): Caller {
  return {
    address: request.ip,
    agent: request.headers["user-agent"] ?? "",
    cookie: request.headers.cookie,
    origin: request.headers.origin,
  };
}
