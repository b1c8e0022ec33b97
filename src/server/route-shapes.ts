import { z } from "zod";
import { problemSchema, type Permission, type ProblemStatus } from "../contract/index.ts";

/** The permission that a route requires: its row of the permission table. */
export function requires<More extends object = object>(
  permission: Permission,
  more?: More,
): { readonly config: { readonly permission: Permission } & More } {
  return { config: { permission, ...more } as { readonly permission: Permission } & More };
}

/** The reason for each status, for the OpenAPI document. Each of them is a problem (RFC 9457). */
const WHY = {
  400: "The request is not valid: a parameter, the body, or the requested operation itself",
  401: "The request has no valid token",
  403: "The caller's roles do not permit this, or the guard refused the target",
  404: "The record does not contain this",
  405: "This path does not support this method; the Allow header lists those it supports",
  409: "The request conflicts with the current record",
  412: "The record has changed since the version in If-Match",
  413: "The body is larger than this route accepts",
  415: "This route does not accept the media type of the body",
  421: "The Host header does not name this server",
  422: "The Idempotency-Key was already used for another request",
  429: "Too many failed attempts from this address",
  501: "This machine cannot run the engine",
  503: "A required service is not available; try again",
} as const satisfies Readonly<Record<ProblemStatus, string>>;

/** Responses of the gate before a route is called. */
const GATE = [401, 403, 421, 429] as const;

function problem(description: string) {
  return { description, content: { "application/problem+json": { schema: problemSchema } } };
}

type Problems = Readonly<Record<string, ReturnType<typeof problem>>>;

/** The problems that a route may respond with: those of every route, and the named ones. */
export function problems(statuses: readonly ProblemStatus[]): Problems {
  const each = ([400, ...GATE, ...statuses] as const).map((status) => [status, problem(WHY[status])]);
  return {
    ...(Object.fromEntries(each) as Problems),
    default: problem("Any other problem: 500 for an internal error, 503 while the database is not available"),
  };
}

/** The problems of a route that is open to anybody. */
export function openProblems(statuses: readonly ProblemStatus[]): Problems {
  const { 401: _token, 429: _limit, ...rest } = problems(statuses);
  return rest;
}

/** The response to If-None-Match if the client already has this version. */
export const UNCHANGED = { 304: z.undefined().describe("The version in If-None-Match is the current one") };
