import { OPERATIONS } from "../../contract/index.ts";
import { addRoute } from "../add-route.ts";
import { metricsOf } from "../metrics.ts";
import { metricsText } from "../metrics-text.ts";
import type { OwnRoutes } from "./route-deps.ts";

const PATIENCE = 5_000;

/** Health and metrics of the server itself. */
export const healthRoutes: OwnRoutes = {
  getHealth(server) {
    addRoute(server, OPERATIONS.health.live, (_request, reply) => reply.code(200).type("text/plain").send("ok"));
  },

  getReadiness(server, { operations }) {
    addRoute(server, OPERATIONS.health.ready, async (_request, reply) => {
      const isReady = await withinPatience(operations.ready());
      return await reply
        .code(isReady ? 200 : 503)
        .type("text/plain")
        .send(isReady ? "ready" : "not ready");
    });
  },

  getMetrics(server, { operations, feed, version }) {
    addRoute(server, OPERATIONS.health.metrics, async (_request, reply) => {
      const figures = await operations.figures();
      const { rss, heapUsed } = process.memoryUsage();
      const own = {
        residentBytes: rss,
        heapBytes: heapUsed,
        uptimeSeconds: process.uptime(),
        eventStreams: feed.listeners,
        version,
      };
      return reply.type("text/plain; version=0.0.4; charset=utf-8").send(metricsText(metricsOf(figures, own)));
    });
  },
};

async function withinPatience(work: Promise<void>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), PATIENCE);
  work.then(
    () => resolve(true),
    () => resolve(false),
  );
  return promise.finally(() => clearTimeout(timer));
}
