import type { PassThrough } from "node:stream";
import type { FastifyRequest } from "fastify";
import { OPERATIONS } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { addRoute } from "../add-route.ts";
import { sweepStream } from "../sweep-stream.ts";
import type { OwnRoutes, RouteDeps } from "./route-deps.ts";

export const sweepRoutes: OwnRoutes = {
  /** Runs a sweep; the response is a stream of lines. */
  runSweep(server, deps) {
    const { operations, runs, onUnexpected } = deps;
    addRoute(server, OPERATIONS.sweeps.run, (request, reply) => {
      const { body, idempotency } = request;
      const stream = sweepStream({ operations, run: runs.begin(), idempotency, onUnexpected }, body);
      reply.raw.once("close", () => stream.destroy());
      whilePermitted(deps, request, stream).catch(onUnexpected);
      return reply.type("application/x-ndjson").send(stream);
    });
  },

  stopSweep(server, { runs }) {
    addRoute(server, OPERATIONS.sweeps.stop, (request, reply) => {
      const { id: run } = request.params;
      if (!runs.stop(run)) {
        throw new Fault("not-found", "No sweep with this id that was started over the API is running.", {
          next: "List the running sweeps with GET /api/v1/status.",
        });
      }
      return reply.code(202).send({ schema: "portolan.sweep-stop/1", run });
    });
  },
};

/** Cuts the stream off as soon as its reader loses the permission to sweep. It receives no events. */
async function whilePermitted(
  { feed, onUnexpected }: Pick<RouteDeps, "feed" | "onUnexpected">,
  request: Pick<FastifyRequest, "principal" | "isStillPermitted">,
  stream: PassThrough,
): Promise<void> {
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
