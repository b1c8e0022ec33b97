import { Readable } from "node:stream";
import { EXPORT_MEDIA, OPERATIONS } from "../../contract/index.ts";
import { addRoute } from "../add-route.ts";
import type { OwnRoutes } from "./route-deps.ts";

/** If a browser opens an exported page from here nevertheless, it can display the page, which cannot act. */
const SANDBOX =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const exportRoutes: OwnRoutes = {
  /** The export as a download, in the media type of its format. */
  exportFindings(server, { operations, onUnexpected }) {
    addRoute(server, OPERATIONS.findings.export, async ({ query }, reply) => {
      const exported = await operations.findings.export(query);
      const { type, parameters } = EXPORT_MEDIA[query.format];
      const stream = Readable.from(exported.content, { objectMode: false });
      stream.once("error", onUnexpected);
      if (query.format === "html") reply.header("content-security-policy", SANDBOX);
      return reply
        .header("content-disposition", `attachment; filename="${exported.fileName}"`)
        .header("cache-control", "no-store")
        .header("portolan-findings", String(exported.findings))
        .header("portolan-open", String(exported.open))
        .type(type + parameters)
        .send(stream);
    });
  },
};
