import type { FastifyInstance } from "fastify";
import {
  atQuery,
  atResult,
  diffQuery,
  diffResult,
  emptyQuery,
  exposureQuery,
  exposureResult,
  gapsQuery,
  gapsResult,
  statusResult,
} from "../../contract/index.ts";
import { answers, named, requires } from "../route-shapes.ts";
import { instant, typed, type RouteDeps } from "./route-deps.ts";

/** What is so and what was so. */
export function addRecord(server: FastifyInstance, { operations }: Pick<RouteDeps, "operations">): void {
  const api = typed(server);

  api.get(
    "/api/v1/status",
    {
      ...requires("record:read"),
      schema: {
        ...named("getStatus", "record", "Scope, coverage, open findings, log head"),
        querystring: emptyQuery,
        response: answers(statusResult),
      },
    },
    () => operations.status(),
  );

  api.get(
    "/api/v1/at",
    {
      ...requires("record:read"),
      schema: {
        ...named("getAt", "record", "What was open at an instant"),
        querystring: atQuery,
        response: answers(atResult, 404),
      },
    },
    ({ query }) => operations.at({ ...query, at: instant(query.at) }),
  );

  api.get(
    "/api/v1/exposure",
    {
      ...requires("record:read"),
      schema: {
        ...named("getExposure", "record", "What each vantage point sees of an endpoint"),
        querystring: exposureQuery,
        response: answers(exposureResult),
      },
    },
    ({ query }) => operations.exposure({ ...query, at: instant(query.at) }),
  );

  api.get(
    "/api/v1/diff",
    {
      ...requires("record:read"),
      schema: {
        ...named("getDiff", "record", "What changed between two instants"),
        querystring: diffQuery,
        response: answers(diffResult),
      },
    },
    ({ query }) => operations.diff({ ...query, from: instant(query.from), to: instant(query.to) }),
  );

  api.get(
    "/api/v1/gaps",
    {
      ...requires("record:read"),
      schema: {
        ...named("getGaps", "record", "Where nobody looked"),
        querystring: gapsQuery,
        response: answers(gapsResult, 404),
      },
    },
    ({ query }) => operations.gaps({ ...query, from: instant(query.from), to: instant(query.to) }),
  );
}
