import type { FastifyInstance } from "fastify";
import {
  emptyQuery,
  pagingQuery,
  resolvedResult,
  scopeResult,
  scopesResult,
  versionParams,
} from "../../contract/index.ts";
import { answers, named, requires, UNCHANGED } from "../route-shapes.ts";
import { isKnownVersion } from "../versions.ts";
import { typed, type RouteDeps } from "./route-deps.ts";

/** The system boundary. */
export function addScope(server: FastifyInstance, { operations }: Pick<RouteDeps, "operations">): void {
  const api = typed(server);

  api.get(
    "/api/v1/scope",
    {
      ...requires("record:read"),
      schema: {
        ...named("getScope", "scope", "The scope that was recorded last"),
        querystring: emptyQuery,
        response: { ...answers(scopeResult, 404), ...UNCHANGED },
      },
    },
    async (request, reply) => {
      const result = await operations.scope({});
      return isKnownVersion(request, reply, `scope-${result.scope.version}`) ? reply : result;
    },
  );

  api.get(
    "/api/v1/scope/versions",
    {
      ...requires("record:read"),
      schema: {
        ...named("listScopes", "scope", "Every scope that was ever in force, the latest first"),
        querystring: pagingQuery,
        response: answers(scopesResult),
      },
    },
    ({ query }) => operations.scopes(query),
  );

  api.get(
    "/api/v1/scope/versions/:version",
    {
      ...requires("record:read"),
      schema: {
        ...named("getScopeVersion", "scope", "A recorded scope"),
        params: versionParams,
        querystring: emptyQuery,
        response: { ...answers(scopeResult, 404), ...UNCHANGED },
      },
    },
    async (request, reply) => {
      const result = await operations.scope(request.params);
      return isKnownVersion(request, reply, `scope-${result.scope.version}`) ? reply : result;
    },
  );

  api.get(
    "/api/v1/scope/resolved",
    {
      ...requires("record:read"),
      schema: {
        ...named("getResolvedScope", "scope", "The addresses that targets and assets mean at this moment"),
        querystring: emptyQuery,
        response: answers(resolvedResult),
      },
    },
    () => operations.resolved(),
  );
}
