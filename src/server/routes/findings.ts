import type { FastifyInstance } from "fastify";
import { findingsQuery, findingsResult } from "../../contract/index.ts";
import { answers, named, requires } from "../route-shapes.ts";
import { typed, type RouteDeps } from "./route-deps.ts";

/** Confirmed deviations. */
export function addFindings(server: FastifyInstance, { operations }: Pick<RouteDeps, "operations">): void {
  typed(server).get(
    "/api/v1/findings",
    {
      ...requires("record:read"),
      schema: {
        ...named("listFindings", "findings", "Confirmed deviations"),
        querystring: findingsQuery,
        response: answers(findingsResult),
      },
    },
    ({ query }) => {
      const { status } = query;
      return operations.findings(
        status === undefined ? {} : { status: typeof status === "string" ? [status] : status },
      );
    },
  );
}
