import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import {
  EXPORT_MEDIA,
  emptyQuery,
  exportQuery,
  findingResult,
  findingsQuery,
  findingsResult,
  idParams,
} from "../../contract/index.ts";
import { answers, named, problems, requires, UNCHANGED } from "../route-shapes.ts";
import { isKnownVersion } from "../versions.ts";
import { instants, typed, type RouteDeps } from "./route-deps.ts";

/** A page of ours that a browser opens from here all the same may show itself, and do nothing. */
const SANDBOX =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const text = { schema: z.string() };

/** The formats by media type; what Slack takes is the one that is JSON. */
const EXPORTED = {
  description:
    "The findings. Portolan-Findings and Portolan-Open say how many there are, and how many of them are open.",
  content: {
    [EXPORT_MEDIA.csv.type]: text,
    [EXPORT_MEDIA.cef.type]: text,
    [EXPORT_MEDIA.slack.type]: {
      schema: z.looseObject({ text: z.string(), blocks: z.array(z.looseObject({ type: z.string() })).max(50) }),
    },
    [EXPORT_MEDIA.mail.type]: text,
    [EXPORT_MEDIA.html.type]: text,
    [EXPORT_MEDIA.pdf.type]: text,
  },
};

/** Confirmed deviations. */
export function addFindings(
  server: FastifyInstance,
  { operations, onUnexpected }: Pick<RouteDeps, "operations" | "onUnexpected">,
): void {
  const api = typed(server);

  api.get(
    "/api/v1/findings",
    {
      ...requires("record:read"),
      schema: {
        ...named("listFindings", "findings", "Confirmed deviations, the last recorded first"),
        querystring: findingsQuery,
        response: answers(findingsResult),
      },
    },
    ({ query: { openedSince, openedUntil, ...query } }) =>
      operations.findings({ ...query, ...instants({ openedSince, openedUntil }) }),
  );

  api.get(
    "/api/v1/findings/export",
    {
      ...requires("record:read"),
      schema: {
        ...named(
          "exportFindings",
          "findings",
          "Findings as other programs and people read them",
          "Each format is escaped for its reader, and says of which scope and instant it is, and what is not known. csv and cef hold every finding; html shows 5,000 of them, pdf 2,000, mail 200, slack 20, and each says how many more there are.",
        ),
        querystring: exportQuery,
        response: { 200: EXPORTED, ...problems(501, 503) },
      },
    },
    async ({ query: { openedSince, openedUntil, ...query } }, reply) => {
      const exported = await operations.exportFindings({ ...query, ...instants({ openedSince, openedUntil }) });
      const { type, parameters } = EXPORT_MEDIA[query.format];
      const stream = Readable.from(exported.content, { objectMode: false });
      stream.once("error", onUnexpected);
      if (query.format === "html") reply.header("content-security-policy", SANDBOX);
      // The route's type knows what the bytes are; that they come as a stream is beyond it.
      return reply
        .header("content-disposition", `attachment; filename="${exported.fileName}"`)
        .header("cache-control", "no-store")
        .header("portolan-findings", String(exported.findings))
        .header("portolan-open", String(exported.open))
        .type(type + parameters)
        .send(stream as never);
    },
  );

  api.get(
    "/api/v1/findings/:id",
    {
      ...requires("record:read"),
      schema: {
        ...named("getFinding", "findings", "A finding and its life"),
        params: idParams,
        querystring: emptyQuery,
        response: { ...answers(findingResult, 404), ...UNCHANGED },
      },
    },
    async (request, reply) => {
      const result = await operations.finding(request.params);
      const { finding, events } = result;
      const version = `finding-${finding.id}-${events.length}-${Date.parse(finding.lastSeenAt)}`;
      return isKnownVersion(request, reply, version) ? reply : result;
    },
  );
}
