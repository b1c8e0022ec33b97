import type { FastifyInstance } from "fastify";
import { approvalBody, approvalResult, baselineResult, emptyQuery, proposalResult } from "../../contract/index.ts";
import { answers, named, requires } from "../route-shapes.ts";
import { typed, type RouteDeps } from "./route-deps.ts";

/** One megabyte of YAML, and what JSON's escapes may make of it. */
const APPROVAL_LIMIT = 4 * 1_048_576;

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
        response: answers(baselineResult, 404),
      },
    },
    () => operations.baseline(),
  );

  api.post(
    "/api/v1/baseline/proposals",
    {
      ...requires("baseline:propose"),
      schema: {
        ...named("proposeBaseline", "baseline", "What is open now, as YAML to complete"),
        querystring: emptyQuery,
        response: answers(proposalResult),
      },
    },
    () => operations.proposeBaseline(),
  );

  api.post(
    "/api/v1/baseline/approvals",
    {
      ...requires("baseline:approve"),
      bodyLimit: APPROVAL_LIMIT,
      schema: {
        ...named("approveBaseline", "baseline", "Approve a completed port baseline"),
        body: approvalBody,
        response: answers(approvalResult, 409, 413, 415),
      },
    },
    ({ body }) => operations.approveBaseline(body),
  );
}
