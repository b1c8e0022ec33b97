import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { emptyQuery } from "../../contract/index.ts";
import { named, problems, requires } from "../route-shapes.ts";
import { typed, type RouteDeps } from "./route-deps.ts";

/** The whole record as a file. What goes wrong after its first byte ends the connection: the file is then cut off. */
export function addBackup(server: FastifyInstance, { operations, onUnexpected }: RouteDeps): void {
  typed(server).get(
    "/api/v1/backup",
    {
      ...requires("backup:make"),
      schema: {
        ...named(
          "makeBackup",
          "server",
          "The whole record at this instant, in one file",
          "Everything that was committed before the request is in it. It is whole when its last line says so, which portolan restore checks first. The signing key is not in it.",
        ),
        querystring: emptyQuery,
        response: {
          200: { description: "gzip over lines of JSON", content: { "application/gzip": { schema: z.string() } } },
          ...problems(503),
        },
      },
    },
    async (_request, reply) => {
      const stream = Readable.from(operations.backup(), { objectMode: false });
      stream.once("error", onUnexpected);
      // The route's type knows what the bytes are; that they come as a stream is beyond it.
      return reply.type("application/gzip").send(stream as never);
    },
  );
}
