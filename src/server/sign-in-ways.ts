import type { FastifyRequest } from "fastify";
import type { Caller, Access } from "../contract/index.ts";
import { bearerOf, type Authenticator } from "./gate.ts";

/** By API key, and by the cookie of a session. */
export function identityAuthenticators(identity: Access): Authenticator[] {
  return [
    async (request) => {
      const presented = bearerOf(request);
      return presented === undefined ? undefined : await identity.byKey(presented);
    },
    async (request) =>
      // A key that is wrong is not made right by a cookie beside it.
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
