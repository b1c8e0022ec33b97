import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import {
  approvalBody,
  approvalResult,
  atQuery,
  atResult,
  baselineResult,
  checkpointResult,
  diffQuery,
  diffResult,
  emptyQuery,
  findingsQuery,
  findingsResult,
  gapsQuery,
  gapsResult,
  proposalResult,
  statusResult,
  stopParams,
  stopResult,
  sweepBody,
  sweepLine,
  verifyResult,
  type Operations,
} from "../contract/index.ts";
import { Fault, type Instant } from "../model/index.ts";
import type { Runs } from "./runs.ts";
import { answers, problem, requires } from "./route-shapes.ts";
import { addImports } from "./imports.ts";
import { sweepStream } from "./sweep-stream.ts";

export interface RouteDeps {
  readonly operations: Operations;
  readonly runs: Runs;
  readonly onUnexpected: (error: unknown) => void;
}

/** One megabyte of YAML, and what JSON's escapes may make of it. */
const APPROVAL_LIMIT = 4 * 1_048_576;

export function addRoutes(server: FastifyInstance, deps: RouteDeps): void {
  const { operations, runs } = deps;
  const api = server.withTypeProvider<ZodTypeProvider>();

  api.get(
    "/api/v1/status",
    {
      ...requires("record:read"),
      schema: {
        summary: "Scope, coverage, open findings, log head",
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
      schema: { summary: "What was open at an instant", querystring: atQuery, response: answers(atResult) },
    },
    ({ query }) => operations.at({ ...query, at: instant(query.at) }),
  );

  api.get(
    "/api/v1/diff",
    {
      ...requires("record:read"),
      schema: { summary: "What changed between two instants", querystring: diffQuery, response: answers(diffResult) },
    },
    ({ query }) => operations.diff({ ...query, from: instant(query.from), to: instant(query.to) }),
  );

  api.get(
    "/api/v1/gaps",
    {
      ...requires("record:read"),
      schema: { summary: "Where nobody looked", querystring: gapsQuery, response: answers(gapsResult) },
    },
    ({ query }) => operations.gaps({ ...query, from: instant(query.from), to: instant(query.to) }),
  );

  api.get(
    "/api/v1/findings",
    {
      ...requires("record:read"),
      schema: { summary: "Confirmed deviations", querystring: findingsQuery, response: answers(findingsResult) },
    },
    ({ query }) => {
      const { status } = query;
      return operations.findings(
        status === undefined ? {} : { status: typeof status === "string" ? [status] : status },
      );
    },
  );

  api.get(
    "/api/v1/baseline",
    {
      ...requires("record:read"),
      schema: { summary: "The port baseline in force", querystring: emptyQuery, response: answers(baselineResult) },
    },
    () => operations.baseline(),
  );

  api.post(
    "/api/v1/baseline/proposals",
    {
      ...requires("baseline:propose"),
      schema: {
        summary: "What is open now, as YAML to complete",
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
      schema: { summary: "Approve a completed port baseline", body: approvalBody, response: answers(approvalResult) },
    },
    ({ body }) => operations.approveBaseline(body),
  );

  api.post(
    "/api/v1/sweeps",
    {
      ...requires("sweep:run"),
      schema: {
        summary: "Sweep now; closing the connection stops the sweep, which is then recorded as partial",
        body: sweepBody,
        response: {
          200: {
            description: "one JSON document a line; empty lines mean nothing",
            content: { "application/x-ndjson": { schema: sweepLine } },
          },
          default: problem,
        },
      },
    },
    async (request, reply) => {
      const stream = sweepStream({ operations, run: runs.begin(), onUnexpected: deps.onUnexpected }, request.body);
      reply.raw.once("close", () => stream.destroy());
      // The route's type knows the lines; that they come as a stream is beyond it.
      return reply.type("application/x-ndjson").send(stream as never);
    },
  );

  api.delete(
    "/api/v1/sweeps/:run",
    {
      ...requires("sweep:run"),
      schema: {
        summary: "Stop a sweep that was asked for here; its stream ends with the recorded partial result",
        params: stopParams,
        response: { 202: stopResult, default: problem },
      },
    },
    async (request, reply) => {
      const { run } = request.params;
      if (!runs.stop(run)) {
        throw new Fault("not-found", "No sweep of this id is running that was asked for over the API.", {
          next: "Ask GET /api/v1/status for the sweeps that run.",
        });
      }
      return reply.code(202).send({ schema: "portolan.sweep-stop/1", run });
    },
  );

  addImports(server, operations);

  api.get(
    "/api/v1/evidence/verify",
    {
      ...requires("evidence:read"),
      schema: { summary: "Recompute the evidence log", querystring: emptyQuery, response: answers(verifyResult) },
    },
    () => operations.verifyEvidence(),
  );

  api.post(
    "/api/v1/evidence/checkpoints",
    {
      ...requires("evidence:checkpoint"),
      schema: {
        summary: "Sign the head of the evidence log",
        querystring: emptyQuery,
        response: answers(checkpointResult),
      },
    },
    () => operations.checkpoint(),
  );

  api.get("/api/v1/openapi.json", { ...requires("record:read"), schema: { hide: true } }, () => server.swagger());
}

function instant(text: string): Instant {
  return Date.parse(text);
}
