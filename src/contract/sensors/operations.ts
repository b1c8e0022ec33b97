import { defineOperation, defineRoute } from "../define-operation.ts";
import { emptyQuery } from "../fields.ts";
import { invitation, revocation, sensors } from "./examples.ts";
import {
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
} from "./schemas.ts";

/** Enough for thousands of listeners with paths and names of maximum length. */
const REPORT_LIMIT = 8 * 1_048_576;

export const sensorOperations = {
  /** Sensors on other machines: names, last reports, clock offsets. */
  list: defineOperation({
    id: "listSensors",
    method: "GET",
    path: "/api/v1/sensors",
    tag: "sensors",
    summary: "List the sensors on other machines: last report, clock, gaps",
    permission: "sensors:read",
    result: sensorsResult,
    example: { answer: sensors },
  }),
  /** A token that enrols one machine under that name, once; `validFor` in milliseconds. */
  invite: defineOperation({
    id: "inviteSensor",
    method: "POST",
    path: "/api/v1/sensors/invitations",
    tag: "sensors",
    summary: "Make a token that enrols one sensor, once",
    permission: "sensors:manage",
    body: invitationBody,
    result: invitationResult,
    problems: [409, 415],
    example: { body: { name: "db-1", validFor: 3_600_000, requestedBy: "jane" }, answer: invitation },
  }),
  /** From then on, the server rejects everything signed with its key. Past reports stay recorded. */
  revoke: defineOperation({
    id: "revokeSensor",
    method: "POST",
    path: "/api/v1/sensors/:name/revocation",
    tag: "sensors",
    summary: "Revoke a sensor: reject everything signed with its key from now on",
    description: "Its past reports stay recorded.",
    permission: "sensors:manage",
    params: sensorParams,
    body: revocationBody,
    result: revocationResult,
    problems: [404, 415],
    example: {
      path: { name: "web-1" },
      body: { reason: "the machine was replaced", requestedBy: "jane" },
      answer: revocation,
    },
  }),
  enrol: defineRoute({
    id: "enrolSensor",
    method: "POST",
    path: "/api/v1/sensor/enrolments",
    tag: "sensors",
    summary: "Enrol a sensor: register its key, authorized by its enrolment token",
    description: "The request is signed with that key (RFC 9421).",
    permission: "sensor:enrol",
    query: emptyQuery,
    body: enrolmentBody,
    bodyLimit: REPORT_LIMIT,
    result: enrolmentAnswer,
    problems: [409, 413, 415],
    requestsAMinute: 20,
  }),
  report: defineRoute({
    id: "sendReport",
    method: "POST",
    path: "/api/v1/sensor/reports",
    tag: "sensors",
    summary: "Send a sensor's observations",
    description: "The request is signed with the sensor's key (RFC 9421).",
    permission: "sensor:report",
    query: emptyQuery,
    body: reportBody,
    bodyLimit: REPORT_LIMIT,
    result: reportAnswer,
    problems: [409, 413, 415],
  }),
};
