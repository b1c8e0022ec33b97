import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { DoctorResult, Access, ServerOperations } from "../../contract/index.ts";
import type { Instant } from "../../model/index.ts";
import type { Feed } from "../live/feed.ts";
import type { Runs } from "../runs.ts";

export interface RouteDeps {
  readonly operations: ServerOperations;
  /** Absent: nobody but the operator is known, by the token of this machine. */
  readonly identity?: Access | undefined;
  readonly runs: Runs;
  readonly feed: Feed;
  readonly version: string;
  readonly doctor: () => Promise<DoctorResult>;
  readonly onUnexpected: (error: unknown) => void;
}

/** The server as the routes see it: what a request holds has the type of its zod schema. */
export function typed(server: FastifyInstance) {
  return server.withTypeProvider<ZodTypeProvider>();
}

export function instant(text: string): Instant {
  return Date.parse(text);
}

/** Those of the texts that were given, as instants. */
export function instants<Name extends string>(
  texts: Readonly<Record<Name, string | undefined>>,
): Partial<Record<Name, Instant>> {
  const given = Object.entries<string | undefined>(texts).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, instant(text)] as const],
  );
  return Object.fromEntries(given) as Partial<Record<Name, Instant>>;
}
