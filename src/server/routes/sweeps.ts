import type { FastifyInstance } from "fastify";
import { stopParams, stopResult, sweepBody, sweepLine } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { named, problems, requires } from "../route-shapes.ts";
import { sweepStream } from "../sweep-stream.ts";
import { typed, type RouteDeps } from "./route-deps.ts";

/** Looking now. */
export function addSweeps(server: FastifyInstance, { operations, runs, onUnexpected }: RouteDeps): void {
  const api = typed(server);

  api.post(
    "/api/v1/sweeps",
    {
      ...requires("sweep:run"),
      schema: {
        ...named(
          "runSweep",
          "sweeps",
          "Sweep now",
          "Closing the connection stops the sweep, which is then recorded as partial.",
        ),
        body: sweepBody,
        response: {
          200: {
            description: "one JSON document a line; empty lines mean nothing",
            content: { "application/x-ndjson": { schema: sweepLine } },
          },
          ...problems(413, 415),
        },
      },
    },
    async (request, reply) => {
      const stream = sweepStream({ operations, run: runs.begin(), onUnexpected }, request.body);
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
      const { run } = request.params;
      if (!runs.stop(run)) {
        throw new Fault("not-found", "No sweep of this id is running that was asked for over the API.", {
          next: "Ask GET /api/v1/status for the sweeps that run.",
        });
      }
      return reply.code(202).send({ schema: "portolan.sweep-stop/1", run });
    },
  );
}
