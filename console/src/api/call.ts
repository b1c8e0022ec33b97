import { CALLS } from "../../../generated/calls.ts";
import type { Operations, People } from "../../../src/contract/index.ts";
import { learnServerTime, serverNow } from "../time/now.ts";
import { Problem, problemOf, unreachable } from "./problem.ts";

type AllOperations = Operations & People;
export type CallName = keyof typeof CALLS;

/** The function type of a call, by its name: `findings.list`. */
type CallType<Name extends CallName> = Name extends `${infer Subject}.${infer Call}`
  ? Subject extends keyof AllOperations
    ? Call extends keyof AllOperations[Subject]
      ? AllOperations[Subject][Call]
      : never
    : never
  : never;

/** An instant is milliseconds since 1970, as everywhere in the program, or `now`: when the request is sent. */
type Given<Request> = {
  readonly [Field in keyof Request]?: Request[Field] | (number extends Request[Field] ? "now" : never);
};

export type CallRequest<Name extends CallName> =
  CallType<Name> extends (request: infer Request, ...rest: never[]) => unknown ? Given<NonNullable<Request>> : never;

export type CallResult<Name extends CallName> =
  CallType<Name> extends (...given: never[]) => Promise<infer Result> ? Result : never;

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Sends one operation and returns its result. Throws {@link Problem}. */
export async function call<Name extends CallName>(
  name: Name,
  request?: CallRequest<Name>,
  options: CallOptions = {},
): Promise<CallResult<Name>> {
  const [method, path, ...instants] = CALLS[name] as readonly ["GET" | "POST" | "PUT" | "DELETE", string, ...string[]];
  const fields = new Map<string, unknown>();
  for (const [field, value] of Object.entries(request ?? {})) {
    if (value === undefined) continue;
    const instant = value === "now" ? serverNow() : value;
    const isInstant = typeof instant === "number" && instants.includes(field);
    fields.set(field, isInstant ? new Date(instant).toISOString() : value);
  }
  const filled = path.replace(/:(\w+)/g, (_whole, field: string) => {
    const value = fields.get(field);
    fields.delete(field);
    return encodeURIComponent(text(value));
  });
  if (method === "GET")
    return (await send(method, `${filled}${search(fields)}`, undefined, options)) as CallResult<Name>;
  // An empty request is a document all the same; one that is wholly in the path is none.
  const isEmpty = request !== undefined && Object.keys(request).length === 0;
  const body = fields.size === 0 && !isEmpty ? undefined : Object.fromEntries(fields);
  return (await send(method, filled, body, options)) as CallResult<Name>;
}

/** Sends JSON to a path of the server that is not an operation: signing in, the account. */
export async function send(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
  { signal, headers }: CallOptions = {},
): Promise<unknown> {
  const response = await open(method, path, body, { signal, headers });
  return await response.json().catch(() => ({}));
}

/** The same, as a response whose body is read as it arrives. */
export async function open(
  method: string,
  path: string,
  body?: unknown,
  { signal, headers }: CallOptions = {},
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw unreachable();
  }
  learnServerTime(response.headers.get("date"));
  if (!response.ok) throw await problemOf(response);
  return response;
}

export { Problem };

function search(fields: ReadonlyMap<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [field, value] of fields) {
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(field, text(one));
  }
  return parameters.size === 0 ? "" : `?${parameters.toString()}`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
