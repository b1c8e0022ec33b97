import { defineOperation, type RequestOf } from "../define-operation.ts";
import { exportFindings } from "../exports.ts";
import { idParams } from "../fields.ts";
import { finding, findings } from "./examples.ts";
import { findingResult, findingsQuery, findingsResult, type FindingsResult } from "./schemas.ts";

export const findingOperations = {
  /** A page, newest first. */
  list: defineOperation({
    id: "listFindings",
    method: "GET",
    path: "/api/v1/findings",
    tag: "findings",
    summary: "Confirmed deviations, the last recorded first",
    permission: "record:read",
    query: findingsQuery,
    result: findingsResult,
    example: { query: { status: "new", limit: "50" }, answer: findings },
  }),
  export: exportFindings,
  /** A `not-found` fault when there is none of this number; the same of the others. */
  get: defineOperation({
    id: "getFinding",
    method: "GET",
    path: "/api/v1/findings/:id",
    tag: "findings",
    summary: "A finding and its life",
    permission: "record:read",
    params: idParams,
    result: findingResult,
    problems: [404],
    version: ({ finding: { id, lastSeenAt }, events }) => `finding-${id}-${events.length}-${Date.parse(lastSeenAt)}`,
    example: { path: { id: "5" }, answer: finding },
  }),
};

export type FindingsFilter = Omit<RequestOf<(typeof findingOperations)["list"]>, "after" | "limit">;

/** What takes several requests, where it is asked of a server. */
export interface AllFindings {
  /** Every finding, open ones first. */
  all(filter: FindingsFilter): Promise<FindingsResult>;
}
