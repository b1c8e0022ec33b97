import { Readable } from "node:stream";
import { OPERATIONS } from "../../contract/index.ts";
import { addRoute } from "../add-route.ts";
import type { OwnRoutes } from "./route-deps.ts";

export const backupRoutes: OwnRoutes = {
  /** The whole record as a file. A failure after the first byte closes the connection, so the file is truncated. */
  makeBackup(server, { operations, onUnexpected }) {
    addRoute(server, OPERATIONS.backup.make, (_request, reply) => {
      const stream = Readable.from(operations.backup.make(), { objectMode: false });
      stream.once("error", onUnexpected);
      return reply.type("application/gzip").send(stream);
    });
  },
};
