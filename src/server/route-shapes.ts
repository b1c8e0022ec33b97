import { z } from "zod";
import { problemSchema, type Permission } from "../contract/index.ts";

/** What a route asks of whoever makes the request: its row of the permission table. */
export function requires<More extends object = object>(
  permission: Permission,
  more?: More,
): { readonly config: { readonly permission: Permission } & More } {
  return { config: { permission, ...more } as { readonly permission: Permission } & More };
}

/** The same of a route that understands an Idempotency-Key. */
export function requiresIdempotent(permission: Permission) {
  return { config: { permission, idempotent: true } };
}

/** The subjects of the API, in the order in which the document shows them. Each has a file in routes/. */
export const TAGS = {
  record: "What is so, what was so, what changed, and where nobody looked",
  findings: "Confirmed deviations from the port baseline, and their life",
  baseline: "Authorized ports: what is in force, proposed, approved",
  sweeps: "Looking now, and every look that was recorded",
  scope: "The system boundary: every recorded version, and the addresses it means now",
  imports: "What other scanners saw",
  people: "Users, their roles, keys and sessions",
  evidence: "The evidence log: entries, proofs, checkpoints",
  events: "What happens, as it happens",
  sensors: "Sensors on other machines: who they are, and what they send",
  server: "The server itself",
} as const;
export type Tag = keyof typeof TAGS;

/** How a route is called in the document and in the client made from it; `id` never changes once it was released. */
export function named(id: string, tag: Tag, summary: string, description?: string) {
  return { operationId: id, tags: [tag], summary, ...(description === undefined ? {} : { description }) };
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
} as const;
export type ProblemStatus = keyof typeof WHY;

/** What the gate may answer before any route is asked. */
const GATE = [401, 403, 421, 429] as const;

function problem(description: string) {
  return { description, content: { "application/problem+json": { schema: problemSchema } } };
}

type Problems<Status extends ProblemStatus> = Record<
  Status | (typeof GATE)[number] | 400 | "default",
  ReturnType<typeof problem>
>;

/** The problems that a route may answer with: what every route may, and those named. */
export function problems<Status extends ProblemStatus = never>(...statuses: readonly Status[]): Problems<Status> {
  const each = ([400, ...GATE, ...statuses] as const).map((status) => [status, problem(WHY[status])]);
  return {
    ...(Object.fromEntries(each) as Problems<Status>),
    default: problem("Any other problem: 500 for an error of the server's own, 503 while the database is away"),
  };
}

/** The problems of a route that anybody may ask. */
export function openProblems() {
  const { 401: _token, 429: _limit, ...rest } = problems();
  return rest;
}

/** The answer to If-None-Match when the client has this version already. */
export const UNCHANGED = { 304: z.undefined().describe("The version that If-None-Match names is the current one") };

/** The answers of a route that gives one result. */
export function answers<Result extends z.ZodType, Status extends ProblemStatus = never>(
  result: Result,
  ...statuses: readonly Status[]
) {
  return { 200: result, ...problems(...statuses) };
}
