import { defineOperation } from "../define-operation.ts";
import { endpointHistory, endpointHistoryQuery, endpointHistoryResult } from "./endpoint.ts";
import { at, diff, gaps } from "./examples.ts";
import { atQuery, atResult, diffQuery, diffResult, gapsQuery, gapsResult } from "./schemas.ts";

const day = { from: "2026-03-13T09:00:00Z", to: "2026-03-14T09:00:00Z" };

export const historyOperations = {
  at: defineOperation({
    id: "getAt",
    method: "GET",
    path: "/api/v1/at",
    tag: "record",
    summary: "Show what was open at an instant",
    permission: "record:read",
    query: atQuery,
    result: atResult,
    problems: [404],
    example: { query: { at: day.to, vantage: "inside" }, answer: at },
  }),
  diff: defineOperation({
    id: "getDiff",
    method: "GET",
    path: "/api/v1/diff",
    tag: "record",
    summary: "Show what changed between two instants",
    permission: "record:read",
    query: diffQuery,
    result: diffResult,
    example: { query: day, answer: diff },
  }),
  gaps: defineOperation({
    id: "getGaps",
    method: "GET",
    path: "/api/v1/gaps",
    tag: "record",
    summary: "Show where nobody looked",
    permission: "record:read",
    query: gapsQuery,
    result: gapsResult,
    problems: [404],
    example: { query: day, answer: gaps },
  }),
  endpoint: defineOperation({
    id: "getEndpointHistory",
    method: "GET",
    path: "/api/v1/endpoint-history",
    tag: "record",
    summary: "Show the whole life of an endpoint",
    description:
      "Its states and services over a period, how long it was open and how long nobody looked, the decisions about it, and its findings.",
    permission: "record:read",
    query: endpointHistoryQuery,
    result: endpointHistoryResult,
    problems: [404],
    example: { query: { host: "db-3", port: "5432", ...day }, answer: endpointHistory },
  }),
};
