import { defineOperation, type RequestOf } from "../define-operation.ts";
import { exportFindings } from "../exports.ts";
import { idParams } from "../fields.ts";
import { finding, findings } from "./examples.ts";
import { findingResult, findingsQuery, findingsResult, type FindingsResult } from "./schemas.ts";

export const findingOperations = {
  /** One page, newest first. */
  list: defineOperation({
    id: "listFindings",
    method: "GET",
    path: "/api/v1/findings",
    tag: "findings",
    summary: "List confirmed deviations, the last recorded first",
    permission: "record:read",
    query: findingsQuery,
    result: findingsResult,
    example: { query: { status: "new", limit: "50" }, answer: findings },
  }),
  export: exportFindings,
  /** A `not-found` fault if no finding has this number. */
  get: defineOperation({
    id: "getFinding",
    method: "GET",
    path: "/api/v1/findings/:id",
    tag: "findings",
    summary: "Get a finding and its life",
    permission: "record:read",
    params: idParams,
    result: findingResult,
    problems: [404],
    version: ({ finding: { id, lastSeenAt, processes = [] }, events }) =>
      `finding-${id}-${events.length}-${Date.parse(lastSeenAt)}${processes.map((each) => `-${encodeURIComponent(each.toWellFormed())}`).join("")}`,
    example: { path: { id: "5" }, answer: finding },
  }),
};

export type FindingsFilter = Omit<RequestOf<(typeof findingOperations)["list"]>, "after" | "limit">;

/** Operations that take several requests to a server. */
export interface AllFindings {
  /** Every finding, open ones first. */
  all(filter: FindingsFilter): Promise<FindingsResult>;
}
