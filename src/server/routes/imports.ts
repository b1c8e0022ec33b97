import type { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { importQuery, importResult } from "../../contract/index.ts";
import { answers, named, requires } from "../route-shapes.ts";
import { typed, type RouteDeps } from "./route-deps.ts";

/**
 * `POST /api/v1/imports` takes the file itself as its body and reads it as it comes. The media type is understood here
 * and nowhere else, so that no other route can be sent a body without an end.
 */
export function addImports(server: FastifyInstance, { operations }: Pick<RouteDeps, "operations">): void {
  void server.register((scope, _options, done) => {
    scope.addContentTypeParser("application/octet-stream", (_request, payload, parsed) => parsed(null, payload));
    typed(scope).post(
      "/api/v1/imports",
      {
        ...requires("import:run"),
        schema: {
          ...named(
            "importFile",
            "imports",
            "Import a file of another scanner",
            "The body is the file as it is, of any size.",
          ),
          consumes: ["application/octet-stream"],
          querystring: importQuery,
          response: answers(importResult, 403, 409, 415),
        },
      },
      async (request) => {
        const { targets, ...query } = request.query;
        const body = request.body as Readable | undefined;
        try {
          return await operations.importFile(
            { ...query, targets: targets === undefined ? [] : typeof targets === "string" ? [targets] : targets },
            contentOf(body),
          );
        } finally {
          // The client sends on and hears nothing before it has done so: what nobody wants is read to its end.
          request.raw.resume();
        }
      },
    );
    done();
  });
}

/** The chunks of a body, which is left as it is when the reading ends early: destroying it would cut off the answer. */
async function* contentOf(body: Readable | undefined): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}
