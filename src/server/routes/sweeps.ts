import type { PassThrough } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  emptyQuery,
  idParams,
  stopParams,
  stopResult,
  sweepBody,
  sweepLine,
  sweepRecordResult,
  sweepsQuery,
  sweepsResult,
} from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { idempotencyHeaders } from "../idempotency.ts";
import { answers, named, problems, requires, requiresIdempotent, UNCHANGED } from "../route-shapes.ts";
import { sweepStream } from "../sweep-stream.ts";
import { isKnownVersion } from "../versions.ts";
import { instants, typed, type RouteDeps } from "./route-deps.ts";

/** Looking now. */
export function addSweeps(server: FastifyInstance, { operations, runs, feed, onUnexpected }: RouteDeps): void {
  const api = typed(server);

  /** Cuts a stream off as soon as whoever reads it may no longer sweep; nothing else is told to it. */
  async function whilePermitted(request: FastifyRequest, stream: PassThrough): Promise<void> {
    if (request.principal?.kind === "operator") return;
    const leave = await feed.add(
      {
        send: () => undefined,
        askAgain() {
          request.isStillPermitted().then((is) => (is ? undefined : stream.destroy()), onUnexpected);
        },
        end: () => undefined,
      },
      undefined,
    );
    if (stream.destroyed) leave();
    else stream.once("close", leave);
  }

  api.get(
    "/api/v1/sweeps",
    {
      ...requires("record:read"),
      schema: {
        ...named("listSweeps", "sweeps", "Every look that was recorded, the last begun first"),
        querystring: sweepsQuery,
        response: answers(sweepsResult),
      },
    },
    ({ query: { startedSince, startedUntil, ...query } }) =>
      operations.sweeps({ ...query, ...instants({ startedSince, startedUntil }) }),
  );

  api.get(
    "/api/v1/sweeps/:id",
    {
      ...requires("record:read"),
      schema: {
        ...named("getSweep", "sweeps", "A sweep as recorded, with the plan to perform it again"),
        params: idParams,
        querystring: emptyQuery,
        response: { ...answers(sweepRecordResult, 404), ...UNCHANGED },
      },
    },
    async (request, reply) => {
      const result = await operations.sweepRecord(request.params);
      const { id, verdict } = result.sweep;
      return isKnownVersion(request, reply, `sweep-${id}-${verdict ?? "running"}`) ? reply : result;
    },
  );

  api.post(
    "/api/v1/sweeps",
    {
      ...requiresIdempotent("sweep:run"),
      schema: {
        ...named(
          "runSweep",
          "sweeps",
          "Sweep now",
          "Closing the connection stops the sweep, which is then recorded as partial. So does the end of the session or key.",
        ),
        headers: idempotencyHeaders,
        body: sweepBody,
        response: {
          200: {
            description: "one JSON document a line; empty lines mean nothing",
            content: { "application/x-ndjson": { schema: sweepLine } },
          },
          ...problems(409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { body, idempotency } = request;
      const stream = sweepStream({ operations, run: runs.begin(), idempotency, onUnexpected }, body);
      reply.raw.once("close", () => stream.destroy());
      whilePermitted(request, stream).catch(onUnexpected);
      // The route's type knows the lines; that they come as a stream is beyond it.
      return reply.type("application/x-ndjson").send(stream as never);
    },
  );

  api.delete(
    "/api/v1/sweeps/:id",
    {
      ...requires("sweep:run"),
      schema: {
        ...named(
          "stopSweep",
          "sweeps",
          "Stop a sweep that was asked for here",
          "Its stream ends with the recorded partial result.",
        ),
        params: stopParams,
        response: { 202: stopResult, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { id: run } = request.params;
      if (!runs.stop(run)) {
        throw new Fault("not-found", "No sweep of this id is running that was asked for over the API.", {
          next: "Ask GET /api/v1/status for the sweeps that run.",
        });
      }
      return reply.code(202).send({ schema: "portolan.sweep-stop/1", run });
    },
  );
}
