import type { Readable } from "node:stream";
import { OPERATIONS } from "../../contract/index.ts";
import { addRoute } from "../add-route.ts";
import type { OwnRoutes } from "./route-deps.ts";

export const importRoutes: OwnRoutes = {
  /**
   * Takes the file itself as the body and streams it. Only this route accepts the media type, so no other route can
   * receive an endless body.
   */
  importFile(server, { operations }) {
    void server.register((scope, _options, done) => {
      scope.addContentTypeParser("application/octet-stream", (_request, payload, parsed) => parsed(null, payload));
      addRoute(scope, OPERATIONS.imports.run, async (request) => {
        const { targets = [], ...query } = request.query;
        const body = request.body as Readable | undefined;
        try {
          return await operations.imports.run({ ...query, targets }, contentOf(body));
        } finally {
          // The client sends the whole body before it reads the response, so an unused rest is read to its end.
          request.raw.resume();
        }
      });
      done();
    });
  },
};

/** The chunks of a body. The body is not destroyed if reading ends early, because that would cut off the response. */
async function* contentOf(body: Readable | undefined): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}
