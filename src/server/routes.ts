import type { FastifyInstance } from "fastify";
import { requires } from "./route-shapes.ts";
import { addBackup } from "./routes/backup.ts";
import { addBaseline } from "./routes/baseline.ts";
import { addEvidence } from "./routes/evidence.ts";
import { addFindings } from "./routes/findings.ts";
import { addImports } from "./routes/imports.ts";
import { addRecord } from "./routes/record.ts";
import type { RouteDeps } from "./routes/route-deps.ts";
import { addSweeps } from "./routes/sweeps.ts";

/** Every route of the API: a file a subject. */
export function addRoutes(server: FastifyInstance, deps: RouteDeps): void {
  addRecord(server, deps);
  addFindings(server, deps);
  addBaseline(server, deps);
  addSweeps(server, deps);
  addImports(server, deps);
  addEvidence(server, deps);
  addBackup(server, deps);
  server.get("/api/v1/openapi.json", { ...requires("record:read"), schema: { hide: true } }, () => server.swagger());
}
