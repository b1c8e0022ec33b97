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

/** Thousands of listeners with paths and names of the greatest length, and still an end. */
const REPORT_LIMIT = 8 * 1_048_576;

export const sensorOperations = {
  /** Sensors on other machines: who they are, when they last reported, how their clocks go. */
  list: defineOperation({
    id: "listSensors",
    method: "GET",
    path: "/api/v1/sensors",
    tag: "sensors",
    summary: "Sensors on other machines: last report, clock, gaps",
    permission: "sensors:read",
    result: sensorsResult,
    example: { answer: sensors },
  }),
  /** A token that lets one machine enrol under that name, once; `validFor` in milliseconds. */
  invite: defineOperation({
    id: "inviteSensor",
    method: "POST",
    path: "/api/v1/sensors/invitations",
    tag: "sensors",
    summary: "A token that enrols one sensor, once",
    permission: "sensors:manage",
    body: invitationBody,
    result: invitationResult,
    problems: [409, 415],
    example: { body: { name: "db-1", validFor: 3_600_000, requestedBy: "jane" }, answer: invitation },
  }),
  /** From then on nothing signed with its key is believed; what it reported stays. */
  revoke: defineOperation({
    id: "revokeSensor",
    method: "POST",
    path: "/api/v1/sensors/:name/revocation",
    tag: "sensors",
    summary: "Believe nothing more that is signed with its key",
    description: "What it reported stays.",
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
    summary: "A sensor's key, for its enrolment token",
    description: "Signed with that key (RFC 9421).",
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
    summary: "What a sensor saw",
    description: "Signed with its key (RFC 9421).",
    permission: "sensor:report",
    query: emptyQuery,
    body: reportBody,
    bodyLimit: REPORT_LIMIT,
    result: reportAnswer,
    problems: [409, 413, 415],
  }),
};
