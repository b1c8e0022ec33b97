import type { FastifyInstance } from "fastify";
import { requires } from "./route-shapes.ts";
import { addBackup } from "./routes/backup.ts";
import { addBaseline } from "./routes/baseline.ts";
import { addEvidence } from "./routes/evidence.ts";
import { addEvents } from "./routes/events.ts";
import { addFindings } from "./routes/findings.ts";
import { addHealth } from "./routes/health.ts";
import { addImports } from "./routes/imports.ts";
import { addRecord } from "./routes/record.ts";
import type { RouteDeps } from "./routes/route-deps.ts";
import { addPages } from "./routes/pages.ts";
import { addPeople } from "./routes/people.ts";
import { addSigningIn } from "./routes/signing-in.ts";
import { addScope } from "./routes/scope.ts";
import { addSweeps } from "./routes/sweeps.ts";

/** Every route of the API: a file a subject. */
export function addRoutes(server: FastifyInstance, deps: RouteDeps): void {
  addRecord(server, deps);
  addFindings(server, deps);
  addBaseline(server, deps);
  addSweeps(server, deps);
  addImports(server, deps);
  addEvidence(server, deps);
  addScope(server, deps);
  addEvents(server, deps);
  addHealth(server, deps);
  addBackup(server, deps);
  if (deps.identity !== undefined) {
    addPeople(server, deps.identity);
    addSigningIn(server, deps.identity);
    addPages(server);
  }
  server.get("/api/v1/openapi.json", { ...requires("record:read"), schema: { hide: true } }, () => server.swagger());
}
