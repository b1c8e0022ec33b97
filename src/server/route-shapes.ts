import { z } from "zod";
import { problemSchema, type Permission, type ProblemStatus } from "../contract/index.ts";

/** What a route asks of whoever makes the request: its row of the permission table. */
export function requires<More extends object = object>(
  permission: Permission,
  more?: More,
): { readonly config: { readonly permission: Permission } & More } {
  return { config: { permission, ...more } as { readonly permission: Permission } & More };
}

/** Why each status is answered, for the document. Every one of them is a problem (RFC 9457). */
const WHY = {
  400: "Something in the request is wrong: a parameter, the body, or what it asks for",
  401: "The request carries no valid token",
  403: "No role of the caller may do this, or the guard refused the target",
  404: "The record does not hold this",
  405: "This path does not answer to this method; Allow says to which it does",
  409: "It does not fit the record as it is now",
  412: "The record has changed since the version that If-Match names",
  413: "The body is larger than this route takes",
  415: "The body is of a media type that this route does not take",
  421: "The Host header does not name this server",
  422: "The Idempotency-Key was used for another request",
  429: "Too many failed attempts from this address",
  501: "This machine cannot run the engine",
  503: "Something this needs is not available: try again",
} as const satisfies Readonly<Record<ProblemStatus, string>>;

/** What the gate may answer before any route is asked. */
const GATE = [401, 403, 421, 429] as const;

function problem(description: string) {
  return { description, content: { "application/problem+json": { schema: problemSchema } } };
}

type Problems = Readonly<Record<string, ReturnType<typeof problem>>>;

/** The problems that a route may answer with: what every route may, and those named. */
export function problems(statuses: readonly ProblemStatus[]): Problems {
  const each = ([400, ...GATE, ...statuses] as const).map((status) => [status, problem(WHY[status])]);
  return {
    ...(Object.fromEntries(each) as Problems),
    default: problem("Any other problem: 500 for an error of the server's own, 503 while the database is away"),
  };
}

/** The problems of a route that anybody may ask. */
export function openProblems(statuses: readonly ProblemStatus[]): Problems {
  const { 401: _token, 429: _limit, ...rest } = problems(statuses);
  return rest;
}

/** The answer to If-None-Match when the client has this version already. */
export const UNCHANGED = { 304: z.undefined().describe("The version that If-None-Match names is the current one") };
