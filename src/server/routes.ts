import type { FastifyInstance } from "fastify";
import { DECLARED, isOfPeople } from "../contract/index.ts";
import { addRoute } from "./add-route.ts";
import { answerCall } from "./answer-call.ts";
import { requires } from "./route-shapes.ts";
import { backupRoutes } from "./routes/backup.ts";
import { bundleRoutes } from "./routes/bundle.ts";
import { addConsole } from "./routes/console.ts";
import { baselineRoutes } from "./routes/baseline.ts";
import { doctorRoutes } from "./routes/doctor.ts";
import { eventRoutes } from "./routes/events.ts";
import { exportRoutes } from "./routes/exports.ts";
import { healthRoutes } from "./routes/health.ts";
import { importRoutes } from "./routes/imports.ts";
import type { OwnRoutes, RouteDeps } from "./routes/route-deps.ts";
import { sensorRoutes } from "./routes/sensors.ts";
import { addSigningIn } from "./routes/signing-in.ts";
import { sweepRoutes } from "./routes/sweeps.ts";

/** Handlers of the routes that do more than call one operation and return its result as JSON. */
const OWN: OwnRoutes = {
  ...exportRoutes,
  ...baselineRoutes,
  ...sweepRoutes,
  ...importRoutes,
  ...eventRoutes,
  ...healthRoutes,
  ...doctorRoutes,
  ...backupRoutes,
  ...bundleRoutes,
  ...sensorRoutes,
};

/** Registers every declared route of the API. */
export function addRoutes(server: FastifyInstance, deps: RouteDeps): void {
  for (const declared of DECLARED) {
    const { subject, declaration } = declared;
    if (isOfPeople(subject) && deps.identity === undefined) continue;
    const own = OWN[declaration.id];
    if (own !== undefined) own(server, deps);
    else if (declaration.kind === "call") addRoute(server, declaration, answerCall(declared, deps));
    else throw new Error(`${declaration.id} has no route`);
  }
  if (deps.identity !== undefined) {
    addSigningIn(server, deps.identity);
    addConsole(server, deps);
  }
  server.get("/api/v1/openapi.json", { ...requires("record:read"), schema: { hide: true } }, () => server.swagger());
}
