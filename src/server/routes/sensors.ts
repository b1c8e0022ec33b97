import type { FastifyInstance } from "fastify";
import { OPERATIONS } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { addRoute } from "../add-route.ts";
import { isSignedBody, signedParts } from "../sensor-authentication.ts";
import type { OwnRoutes } from "./route-deps.ts";

/** The enrolments and reports of sensors. */
export const sensorRoutes: OwnRoutes = {
  enrolSensor(server, { sensors }) {
    withSignedBodies(server, OPERATIONS.sensors.enrol.bodyLimit, (scope) =>
      addRoute(scope, OPERATIONS.sensors.enrol, (request) => sensors.enrol(request.body, signedParts(request))),
    );
  },

  sendReport(server, { sensors }) {
    withSignedBodies(server, OPERATIONS.sensors.report.bodyLimit, (scope) =>
      addRoute(scope, OPERATIONS.sensors.report, (request) => {
        if (request.sensor === undefined) throw new Error("a report without a sensor passed the gate");
        return sensors.report(request.sensor, request.body);
      }),
    );
  },
};

/** A scope of routes whose bodies are all checked against their digest. */
function withSignedBodies(
  server: FastifyInstance,
  bodyLimit: number | undefined,
  add: (scope: FastifyInstance) => void,
): void {
  void server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    // The signed digest covers the raw bytes, so they are checked against it before they are parsed.
    scope.addContentTypeParser(
      "application/json",
      { parseAs: "buffer", ...(bodyLimit === undefined ? {} : { bodyLimit }) },
      (request, body, parsed) => {
        const bytes = typeof body === "string" ? Buffer.from(body) : body;
        if (!isSignedBody(request, bytes)) return parsed(notAsSigned());
        try {
          parsed(null, JSON.parse(bytes.toString("utf8")));
        } catch (error) {
          parsed(
            new Fault("config-invalid", "The body is not JSON.", {
              next: "Compare the request with GET /api/v1/openapi.json.",
              cause: error,
            }),
          );
        }
      },
    );
    add(scope);
    done();
  });
}

function notAsSigned(): Fault {
  return new Fault("unauthorized", "The body does not match the signed digest.", {
    next: "Something between the sensor and this server changes requests; check the proxies.",
  });
}
