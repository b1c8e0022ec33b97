import type { FastifyInstance } from "fastify";
import { checkpointResult, emptyQuery, verifyResult } from "../../contract/index.ts";
import { answers, named, requires } from "../route-shapes.ts";
import { typed, type RouteDeps } from "./route-deps.ts";

/** The evidence log. */
export function addEvidence(server: FastifyInstance, { operations }: Pick<RouteDeps, "operations">): void {
  const api = typed(server);

  api.get(
    "/api/v1/evidence/verify",
    {
      ...requires("evidence:read"),
      schema: {
        ...named("verifyEvidence", "evidence", "Recompute the evidence log"),
        querystring: emptyQuery,
        response: answers(verifyResult),
      },
    },
    () => operations.verifyEvidence(),
  );

  api.post(
    "/api/v1/evidence/checkpoints",
    {
      ...requires("evidence:checkpoint"),
      schema: {
        ...named("signCheckpoint", "evidence", "Sign the head of the evidence log"),
        querystring: emptyQuery,
        response: answers(checkpointResult),
      },
    },
    () => operations.checkpoint(),
  );
}
