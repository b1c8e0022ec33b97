import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Access, DoctorResult, SensorGateway, ServerOperations } from "../../contract/index.ts";
import { Fault, type Principal } from "../../model/index.ts";
import type { Feed } from "../live/feed.ts";
import type { Runs } from "../runs.ts";

export interface RouteDeps {
  readonly operations: ServerOperations;
  /** Absent: nobody but the operator is known, by the token of this machine. */
  readonly identity?: Access | undefined;
  readonly sensors: SensorGateway;
  readonly runs: Runs;
  readonly feed: Feed;
  readonly version: string;
  readonly doctor: () => Promise<DoctorResult>;
  readonly onUnexpected: (error: unknown) => void;
}

/** Routes with a handler of their own, by the id of what they serve. */
export type OwnRoutes = Readonly<Record<string, (server: FastifyInstance, deps: RouteDeps) => void>>;

/** Whoever the gate let pass; there is nobody only where a route is for anybody. */
export function somebody({ principal }: Pick<FastifyRequest, "principal">): Principal {
  if (principal !== undefined) return principal;
  throw new Fault("unauthorized", "Nobody is signed in.", { next: "Sign in first." });
}
