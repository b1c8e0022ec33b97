import type { FastifyInstance } from "fastify";
import {
  checkpointResult,
  emptyQuery,
  entriesQuery,
  entriesResult,
  entryResult,
  indexParams,
  verifyResult,
} from "../../contract/index.ts";
import { idempotencyHeaders } from "../idempotency.ts";
import { answers, named, requires, requiresIdempotent } from "../route-shapes.ts";
import { instants, typed, type RouteDeps } from "./route-deps.ts";

/** The evidence log. */
export function addEvidence(server: FastifyInstance, { operations }: Pick<RouteDeps, "operations">): void {
  const api = typed(server);

  api.get(
    "/api/v1/evidence/entries",
    {
      ...requires("evidence:read"),
      schema: {
        ...named("listEntries", "evidence", "Entries of the evidence log, the oldest first"),
        querystring: entriesQuery,
        response: answers(entriesResult),
      },
    },
    ({ query: { recordedSince, recordedUntil, ...query } }) =>
      operations.entries({ ...query, ...instants({ recordedSince, recordedUntil }) }),
  );

  api.get(
    "/api/v1/evidence/entries/:index",
    {
      ...requires("evidence:read"),
      schema: {
        ...named("getEntry", "evidence", "An entry, with the proof that it is in the log"),
        params: indexParams,
        querystring: emptyQuery,
        response: answers(entryResult, 404),
      },
    },
    ({ params }) => operations.entry(params),
  );

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
      ...requiresIdempotent("evidence:checkpoint"),
      schema: {
        ...named("signCheckpoint", "evidence", "Sign the head of the evidence log"),
        querystring: emptyQuery,
        headers: idempotencyHeaders,
        response: answers(checkpointResult, 409, 422),
      },
    },
    () => operations.checkpoint(),
  );
}
