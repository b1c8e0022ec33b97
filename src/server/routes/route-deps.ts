import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Operations } from "../../contract/index.ts";
import type { Instant } from "../../model/index.ts";
import type { Runs } from "../runs.ts";

export interface RouteDeps {
  readonly operations: Operations;
  readonly runs: Runs;
  readonly onUnexpected: (error: unknown) => void;
}

/** The server as the routes see it: what a request holds has the type of its zod schema. */
export function typed(server: FastifyInstance) {
  return server.withTypeProvider<ZodTypeProvider>();
}

export function instant(text: string): Instant {
  return Date.parse(text);
}
