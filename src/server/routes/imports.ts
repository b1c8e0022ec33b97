import type { Readable } from "node:stream";
import { OPERATIONS } from "../../contract/index.ts";
import { addRoute } from "../add-route.ts";
import type { OwnRoutes } from "./route-deps.ts";

export const importRoutes: OwnRoutes = {
  /**
   * Takes the file itself as its body and reads it as it comes. The media type is understood here and nowhere else, so
   * that no other route can be sent a body without an end.
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
          // The client sends on and hears nothing before it has done so: what nobody wants is read to its end.
          request.raw.resume();
        }
      });
      done();
    });
  },
};

/** The chunks of a body, which is left as it is when the reading ends early: destroying it would cut off the answer. */
async function* contentOf(body: Readable | undefined): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}
