import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { approvalBody, approvalResult, baselineResult, emptyQuery, proposalResult } from "../../contract/index.ts";
import { idempotencyHeaders } from "../idempotency.ts";
import { answers, named, requires, requiresIdempotent, UNCHANGED } from "../route-shapes.ts";
import { isKnownVersion, versionSeen } from "../versions.ts";
import { typed, type RouteDeps } from "./route-deps.ts";

/** One megabyte of YAML, and what JSON's escapes may make of it. */
const APPROVAL_LIMIT = 4 * 1_048_576;

const approvalHeaders = idempotencyHeaders.extend({
  "if-match": z
    .string()
    .max(200)
    .optional()
    .describe('the ETag of the port baseline that the approver saw; `"baseline-0"`: there was none'),
});

/** Authorized ports. */
export function addBaseline(server: FastifyInstance, { operations }: Pick<RouteDeps, "operations">): void {
  const api = typed(server);

  api.get(
    "/api/v1/baseline",
    {
      ...requires("record:read"),
      schema: {
        ...named("getBaseline", "baseline", "The port baseline in force"),
        querystring: emptyQuery,
        response: { ...answers(baselineResult, 404), ...UNCHANGED },
      },
    },
    async (request, reply) => {
      const result = await operations.baseline();
      return isKnownVersion(request, reply, `baseline-${result.version}`) ? reply : result;
    },
  );

  api.post(
    "/api/v1/baseline/proposals",
    {
      ...requiresIdempotent("baseline:propose"),
      schema: {
        ...named("proposeBaseline", "baseline", "What is open now, as YAML to complete"),
        querystring: emptyQuery,
        headers: idempotencyHeaders,
        response: answers(proposalResult, 409, 422),
      },
    },
    ({ principal }) => operations.proposeBaseline(principal),
  );

  api.post(
    "/api/v1/baseline/approvals",
    {
      ...requiresIdempotent("baseline:approve"),
      bodyLimit: APPROVAL_LIMIT,
      schema: {
        ...named("approveBaseline", "baseline", "Approve a completed port baseline"),
        headers: approvalHeaders,
        body: approvalBody,
        response: answers(approvalResult, 409, 412, 413, 415, 422),
      },
    },
    ({ body, headers, idempotency, principal }) =>
      operations.approveBaseline({
        ...body,
        // Only whoever runs the installation says who approved; anybody else is who they signed in as.
        ...(principal === undefined || principal.kind === "operator" ? {} : { approvedBy: principal.name, principal }),
        onVersion: versionSeen("baseline", headers["if-match"]),
        idempotencyKey: idempotency?.key,
      }),
  );
}
