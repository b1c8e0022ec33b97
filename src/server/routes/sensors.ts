import type { FastifyInstance } from "fastify";
import {
  emptyQuery,
  enrolmentAnswer,
  enrolmentBody,
  invitationBody,
  invitationResult,
  reportAnswer,
  reportBody,
  revocationBody,
  revocationResult,
  sensorParams,
  sensorsResult,
  type Operations,
  type SensorGateway,
} from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import { answers, named, requires } from "../route-shapes.ts";
import { typed } from "./route-deps.ts";
import { isSignedBody, signedParts } from "../sensor-authentication.ts";

export interface SensorRouteDeps {
  readonly operations: Pick<Operations, "sensors" | "inviteSensor" | "revokeSensor">;
  readonly gateway: SensorGateway;
}

/** Thousands of listeners with paths and names of the greatest length, and still an end. */
const REPORT_LIMIT = 8 * 1_048_576;

/** What people ask about sensors, and what sensors send. */
export function addSensorRoutes(server: FastifyInstance, { operations, gateway }: SensorRouteDeps): void {
  const api = typed(server);

  api.get(
    "/api/v1/sensors",
    {
      ...requires("sensors:read"),
      schema: {
        ...named("listSensors", "sensors", "Sensors on other machines: last report, clock, gaps"),
        querystring: emptyQuery,
        response: answers(sensorsResult),
      },
    },
    () => operations.sensors(),
  );

  api.post(
    "/api/v1/sensors/invitations",
    {
      ...requires("sensors:manage"),
      schema: {
        ...named("inviteSensor", "sensors", "A token that enrols one sensor, once"),
        body: invitationBody,
        response: answers(invitationResult, 409, 415),
      },
    },
    ({ body }) => operations.inviteSensor(body),
  );

  api.post(
    "/api/v1/sensors/:name/revocation",
    {
      ...requires("sensors:manage"),
      schema: {
        ...named(
          "revokeSensor",
          "sensors",
          "Believe nothing more that is signed with its key",
          "What it reported stays.",
        ),
        params: sensorParams,
        body: revocationBody,
        response: answers(revocationResult, 404, 415),
      },
    },
    ({ params, body }) => operations.revokeSensor({ ...params, ...body }),
  );

  void server.register((scope, _options, done) => {
    // Nothing passes that was not held against its digest.
    scope.removeAllContentTypeParsers();
    // The digest that was signed is that of the bytes as they came, so they are held against it before they are parsed.
    scope.addContentTypeParser(
      "application/json",
      { parseAs: "buffer", bodyLimit: REPORT_LIMIT },
      (request, body, parsed) => {
        const bytes = typeof body === "string" ? Buffer.from(body) : body;
        if (!isSignedBody(request, bytes)) return parsed(notAsSigned());
        try {
          parsed(null, JSON.parse(bytes.toString("utf8")));
        } catch (error) {
          parsed(
            new Fault("config-invalid", "The body is no JSON.", {
              next: "Compare the request with GET /api/v1/openapi.json.",
              cause: error,
            }),
          );
        }
      },
    );
    addSigned(scope, gateway);
    done();
  });
}

function addSigned(scope: FastifyInstance, gateway: SensorGateway): void {
  const api = typed(scope);

  api.post(
    "/api/v1/sensor/enrolments",
    {
      ...requires("sensor:enrol", { rateLimit: { max: 20, timeWindow: 60_000 } }),
      schema: {
        ...named(
          "enrolSensor",
          "sensors",
          "A sensor's key, for its enrolment token",
          "Signed with that key (RFC 9421).",
        ),
        querystring: emptyQuery,
        body: enrolmentBody,
        response: answers(enrolmentAnswer, 409, 413, 415),
      },
    },
    (request) => gateway.enrol(request.body, signedParts(request)),
  );

  api.post(
    "/api/v1/sensor/reports",
    {
      ...requires("sensor:report"),
      bodyLimit: REPORT_LIMIT,
      schema: {
        ...named("sendReport", "sensors", "What a sensor saw", "Signed with its key (RFC 9421)."),
        querystring: emptyQuery,
        body: reportBody,
        response: answers(reportAnswer, 409, 413, 415),
      },
    },
    (request) => {
      if (request.sensor === undefined) throw new Error("a report passed the gate without a sensor");
      return gateway.report(request.sensor, request.body);
    },
  );
}

function notAsSigned(): Fault {
  return new Fault("unauthorized", "The body is not the one whose digest was signed.", {
    next: "Something between the sensor and this server changes requests: look at the proxies.",
  });
}
