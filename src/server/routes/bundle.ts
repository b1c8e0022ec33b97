import { Readable } from "node:stream";
import { OPERATIONS } from "../../contract/index.ts";
import { addRoute } from "../add-route.ts";
import type { OwnRoutes } from "./route-deps.ts";

export const bundleRoutes: OwnRoutes = {
  /** The evidence of a period as an archive. A failure after the first byte closes the connection, so it is truncated. */
  exportEvidence(server, { operations, onUnexpected }) {
    addRoute(server, OPERATIONS.evidence.export, async ({ query }, reply) => {
      const { fileName, content } = await operations.evidence.export(query);
      const stream = Readable.from(content, { objectMode: false });
      stream.once("error", onUnexpected);
      return reply
        .header("content-disposition", `attachment; filename="${fileName}"`)
        .header("cache-control", "no-store")
        .type("application/x-tar")
        .send(stream);
    });
  },
};
