import type { FastifyInstance } from "fastify";
import { emptyQuery, findingResult, findingsQuery, findingsResult, idParams } from "../../contract/index.ts";
import { answers, named, requires, UNCHANGED } from "../route-shapes.ts";
import { isKnownVersion } from "../versions.ts";
import { instants, typed, type RouteDeps } from "./route-deps.ts";

/** Confirmed deviations. */
export function addFindings(server: FastifyInstance, { operations }: Pick<RouteDeps, "operations">): void {
  const api = typed(server);

  api.get(
    "/api/v1/findings",
    {
      ...requires("record:read"),
      schema: {
        ...named("listFindings", "findings", "Confirmed deviations, the last recorded first"),
        querystring: findingsQuery,
        response: answers(findingsResult),
      },
    },
    ({ query: { openedSince, openedUntil, ...query } }) =>
      operations.findings({ ...query, ...instants({ openedSince, openedUntil }) }),
  );

  api.get(
    "/api/v1/findings/:id",
    {
      ...requires("record:read"),
      schema: {
        ...named("getFinding", "findings", "A finding and its life"),
        params: idParams,
        querystring: emptyQuery,
        response: { ...answers(findingResult, 404), ...UNCHANGED },
      },
    },
    async (request, reply) => {
      const result = await operations.finding(request.params);
      const { finding, events } = result;
      const version = `finding-${finding.id}-${events.length}-${Date.parse(finding.lastSeenAt)}`;
      return isKnownVersion(request, reply, version) ? reply : result;
    },
  );
}
