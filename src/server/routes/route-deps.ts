import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Access, ConfigResult, DoctorResult, SensorGateway, ServerOperations } from "../../contract/index.ts";
import type { Principal } from "../../model/index.ts";
import type { Feed } from "../live/feed.ts";
import type { Runs } from "../runs.ts";

export interface RouteDeps {
  readonly operations: ServerOperations;
  /** Absent: only the operator exists, identified by the token of this machine. */
  readonly identity?: Access | undefined;
  readonly sensors: SensorGateway;
  readonly runs: Runs;
  readonly feed: Feed;
  readonly version: string;
  readonly synthetic: boolean;
  readonly doctor: () => Promise<DoctorResult>;
  readonly configuration: () => Promise<ConfigResult>;
  readonly onUnexpected: (error: unknown) => void;
}

/** Handlers of their own, by operation id. */
export type OwnRoutes = Readonly<Record<string, (server: FastifyInstance, deps: RouteDeps) => void>>;

/** The principal that the gate let pass. It is missing only on routes that are open to anybody. */
export function somebody({ principal }: Pick<FastifyRequest, "principal">): Principal {
  if (principal !== undefined) return principal;
  throw new Error("a route that is open to anybody needs a principal");
}
