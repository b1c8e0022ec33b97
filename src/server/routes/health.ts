import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { doctorResult, emptyQuery } from "../../contract/index.ts";
import { metricsOf } from "../metrics.ts";
import { metricsText } from "../metrics-text.ts";
import { answers, named, openProblems, problems, requires } from "../route-shapes.ts";
import { typed, type RouteDeps } from "./route-deps.ts";

type HealthDeps = Pick<RouteDeps, "operations" | "feed" | "version" | "doctor">;

/** One word, and nothing of why: whoever may know asks with a token. */
const word = (text: string, description: string) => ({
  description,
  content: { "text/plain": { schema: z.literal(text) } },
});
const PATIENCE = 5_000;

/** How the server itself is. */
export function addHealth(server: FastifyInstance, deps: HealthDeps): void {
  const api = typed(server);

  api.get(
    "/healthz",
    {
      ...requires("health:read"),
      schema: {
        ...named("getHealth", "server", "Whether the process lives", "Needs no token."),
        security: [],
        querystring: emptyQuery,
        response: { 200: word("ok", "it lives"), ...openProblems() },
      },
    },
    async (_request, reply) => await reply.code(200).type("text/plain").send("ok"),
  );

  api.get(
    "/readyz",
    {
      ...requires("health:read"),
      schema: {
        ...named(
          "getReadiness",
          "server",
          "Whether it can work: the database answers, the log's head is sound",
          "Needs no token.",
        ),
        security: [],
        querystring: emptyQuery,
        response: {
          200: word("ready", "it can work"),
          ...openProblems(),
          503: word("not ready", "it cannot work now"),
        },
      },
    },
    async (_request, reply) => {
      const isReady = await withinPatience(deps.operations.ready());
      return await reply
        .code(isReady ? 200 : 503)
        .type("text/plain")
        .send(isReady ? "ready" : "not ready");
    },
  );

  api.get(
    "/metrics",
    {
      ...requires("metrics:read"),
      schema: {
        ...named("getMetrics", "server", "Figures in the Prometheus text format"),
        querystring: emptyQuery,
        response: {
          200: { description: "exposition format 0.0.4", content: { "text/plain": { schema: z.string() } } },
          ...problems(),
        },
      },
    },
    async (_request, reply) => {
      const figures = await deps.operations.figures();
      const { rss, heapUsed } = process.memoryUsage();
      const own = {
        residentBytes: rss,
        heapBytes: heapUsed,
        uptimeSeconds: process.uptime(),
        eventStreams: deps.feed.listeners,
        version: deps.version,
      };
      return reply.type("text/plain; version=0.0.4; charset=utf-8").send(metricsText(metricsOf(figures, own)));
    },
  );

  api.get(
    "/api/v1/doctor",
    {
      ...requires("metrics:read"),
      schema: {
        ...named("getDoctor", "server", "What the server's machine can do, and how to fix what it cannot"),
        querystring: emptyQuery,
        response: answers(doctorResult),
      },
    },
    () => deps.doctor(),
  );
}

async function withinPatience(work: Promise<void>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), PATIENCE);
  work.then(
    () => resolve(true),
    () => resolve(false),
  );
  return promise.finally(() => clearTimeout(timer));
}
