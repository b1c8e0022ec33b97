import type { FastifyReply, FastifyRequest } from "fastify";
import { isOfPeople, isPermitted, type Declaration, type Declared } from "../contract/index.ts";
import { Fault, type Principal } from "../model/index.ts";
import { somebody, type RouteDeps } from "./routes/route-deps.ts";
import { isKnownVersion } from "./versions.ts";

type Call = (request: object | undefined, by: Principal | undefined) => Promise<unknown>;

/** Calls the operation with the request's fields as the request's principal, and responds with its result. */
export function answerCall({ subject, name, declaration }: Declared, deps: Pick<RouteDeps, "operations" | "identity">) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const given = givenIn(request, declaration);
    refuseFurther(request, declaration, given ?? {});
    const group = isOfPeople(subject)
      ? deps.identity?.people(somebody(request))[subject]
      : deps.operations[subject as keyof typeof deps.operations];
    const call = (group as Readonly<Record<string, Call>> | undefined)?.[name];
    if (call === undefined) throw new Error(`${subject}.${name} has no implementation`);
    const result = await call(given, request.principal);
    const version = declaration.kind === "route" ? undefined : declaration.version?.(result);
    return version !== undefined && isKnownVersion(request, reply, version) ? reply : result;
  };
}

/** All fields of the request; undefined for an operation without fields. */
function givenIn(
  { params, query, body }: FastifyRequest,
  declaration: Declaration,
): Readonly<Record<string, unknown>> | undefined {
  if (declaration.params === undefined && declaration.query === undefined && declaration.body === undefined) {
    return undefined;
  }
  return {
    ...(declaration.params === undefined ? {} : (params as object)),
    ...(declaration.query === undefined ? {} : (query as object)),
    ...(declaration.body === undefined ? {} : (body as object)),
  };
}

function refuseFurther(
  { principal }: FastifyRequest,
  { further }: Declaration,
  given: Readonly<Record<string, unknown>>,
): void {
  if (further === undefined || !further.when(given) || isPermitted(principal, further.permission)) return;
  throw new Fault("forbidden", `${further.what} requires the permission ${further.permission}.`, {
    next: further.next,
  });
}
