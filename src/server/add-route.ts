import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from "fastify";
import { z } from "zod";
import { emptyQuery, PERMISSIONS, type Declaration } from "../contract/index.ts";
import { IDEMPOTENCY_HEADERS } from "./idempotency.ts";
import { nameRequester } from "./requester.ts";
import { openProblems, problems, requires, UNCHANGED } from "./route-shapes.ts";

type Parsed<Declared, Place extends string> = Declared extends { readonly [Key in Place]?: infer Shape }
  ? Exclude<Shape, undefined> extends z.ZodType
    ? z.output<Exclude<Shape, undefined>>
    : unknown
  : unknown;

/** A request as a handler receives it, already validated against the declaration. */
export type RequestOn<Declared> = FastifyRequest<{
  Params: Parsed<Declared, "params">;
  Querystring: Parsed<Declared, "query">;
  Body: Parsed<Declared, "body">;
}>;

/**
 * Registers a route from its declaration: path, schemas, permission, problems and documentation. `handler` answers it.
 */
export function addRoute<Declared extends Declaration>(
  server: FastifyInstance,
  declared: Declared,
  handler: (request: RequestOn<Declared>, reply: FastifyReply) => unknown,
): void {
  const { method, path, permission, bodyLimit } = declared;
  server.route({
    method,
    url: path,
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    ...requires(permission, {
      idempotent: declared.idempotent === true,
      readsEvidence: declared.readsEvidence === true,
      isCompressed: declared.isCompressed === true,
      answersIn: mediaTypeOf(declared),
      ...rateLimitOf(declared),
    }),
    schema: { ...documented(declared), ...requestShapes(declared), response: answersOf(declared) },
    preHandler: (request, _reply, done) => {
      nameRequester(request);
      done();
    },
    handler: handler as unknown as RouteHandlerMethod,
  });
}

function documented(declared: Declaration) {
  const { id, tag, summary, description, consumes } = declared;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(consumes === undefined ? {} : { consumes: [consumes] }),
    ...(isForAnybody(declared) ? { security: [] } : {}),
  };
}

function requestShapes({ params, query, body, headers, idempotent }: Declaration) {
  const querystring = query ?? (body === undefined ? emptyQuery : undefined);
  const shape = { ...(idempotent === true ? IDEMPOTENCY_HEADERS : {}), ...headers };
  return {
    ...(params === undefined ? {} : { params }),
    ...(querystring === undefined ? {} : { querystring }),
    ...(body === undefined ? {} : { body }),
    ...(Object.keys(shape).length === 0 ? {} : { headers: z.looseObject(shape) }),
  };
}

function answersOf(declared: Declaration) {
  const statuses = declared.problems ?? [];
  const others = declared.kind === "route" ? (declared.otherwise ?? {}) : {};
  return {
    [successOf(declared)]: declared.answersWith === undefined ? declared.result : media(declared.answersWith),
    ...(isForAnybody(declared) ? openProblems(statuses) : problems(statuses)),
    ...Object.fromEntries(Object.entries(others).map(([status, other]) => [status, media(other)])),
    ...(declared.kind !== "route" && declared.version !== undefined ? UNCHANGED : {}),
  };
}

function media({ description, content }: NonNullable<Declaration["answersWith"]>) {
  const schemas = Object.entries(content).map(([type, schema]) => [type, { schema }]);
  return { description, content: Object.fromEntries(schemas) as Record<string, { schema: z.ZodType }> };
}

function successOf(declared: Declaration): number {
  return declared.kind === "route" ? (declared.status ?? 200) : 200;
}

/** The media type of the response, if it has only one. */
function mediaTypeOf({ answersWith }: Declaration): string | undefined {
  const [type, ...others] = Object.keys(answersWith?.content ?? {});
  return others.length === 0 ? type : undefined;
}

function rateLimitOf(declared: Declaration) {
  if (declared.kind !== "route" || declared.requestsAMinute === undefined) return {};
  return { rateLimit: { max: declared.requestsAMinute, timeWindow: 60_000 } };
}

function isForAnybody({ permission }: Declaration): boolean {
  return PERMISSIONS[permission] === "anybody";
}
