import type { z } from "zod";
import type { Principal } from "../model/index.ts";
import type { Permission } from "./permissions.ts";
import type { ProblemStatus } from "./problem.ts";
import type { Tag } from "./tags.ts";

/**
 * The one declaration of an operation. From it come the route with its schemas and its row of the permission table, the
 * client, the type of the operation, the example in the OpenAPI document, the fake in the tests, and the permission
 * that a command requires.
 */

type Fields = z.ZodObject | undefined;

/** A request of an operation and a plausible response; a test runs each of them. */
export interface Example<Answer> {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly answer: Answer;
  /** The responses by media type, if there are several types. */
  readonly answers?: Readonly<Record<string, unknown>>;
}

/** A response that is not one JSON document. */
export interface OtherAnswer {
  readonly description: string;
  readonly content: Readonly<Record<string, z.ZodType>>;
}

interface Frame<Params extends Fields, Query extends Fields, Body extends Fields> {
  /** The operation's name in the OpenAPI document. It never changes once released. */
  readonly id: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/api/v1/sweeps/:id` */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly permission: Permission;
  /** Reads the evidence log, or the record as a whole: each call is an entry of the log before it happens. */
  readonly readsEvidence?: true;
  /**
   * Sent compressed to a client that accepts that: a large table. Never for an answer with a secret: its length would
   * give parts of it away to somebody who can choose another part of the answer (BREACH).
   */
  readonly isCompressed?: true;
  /** A second permission, for requests that reach further than the first one allows. */
  readonly further?: {
    readonly when: (request: Readonly<Record<string, unknown>>) => boolean;
    readonly permission: Permission;
    readonly what: string;
    readonly next: string;
  };
  readonly params?: Params;
  /** Absent: the operation has no query parameters; if it has a body, the query is ignored. */
  readonly query?: Query;
  readonly body?: Body;
  readonly headers?: z.ZodRawShape;
  /** Accepts an Idempotency-Key: a repeated request gets the stored response and is not performed again. */
  readonly idempotent?: true;
  /** The limit of the body in bytes; absent: one megabyte. */
  readonly bodyLimit?: number;
  /** The media type of a body that is not JSON. */
  readonly consumes?: string;
  /** Problems that it may respond with, in addition to those of every operation. */
  readonly problems?: readonly ProblemStatus[];
}

/** The declared request and response of an operation. */
export interface Operation<
  Params extends Fields = Fields,
  Query extends Fields = Fields,
  Body extends Fields = Fields,
  Result extends z.ZodType = z.ZodType,
> extends Frame<Params, Query, Body> {
  readonly kind: "call" | "special";
  readonly result: Result;
  /** Replaces the result as a JSON document. */
  readonly answersWith?: OtherAnswer;
  /** The version of the result: the entity tag of the response. */
  version?(result: z.output<Result>): string;
  readonly example: Example<unknown>;
}

/**
 * A path of the server that is not an operation of its own: for monitoring systems, sensors, or a part of another
 * operation.
 */
export interface Route<
  Params extends Fields = Fields,
  Query extends Fields = Fields,
  Body extends Fields = Fields,
> extends Frame<Params, Query, Body> {
  readonly kind: "route";
  readonly result?: z.ZodType;
  readonly answersWith?: OtherAnswer;
  readonly status?: 202;
  /** Responses that report neither success nor a problem. */
  readonly otherwise?: Readonly<Partial<Record<ProblemStatus, OtherAnswer>>>;
  readonly requestsAMinute?: number;
  readonly example?: Example<unknown>;
}

export type Declaration = Operation | Route;

/** The fields in one part of the request; unknown if there are none. */
type FieldsIn<Declared, Place extends string> = Declared extends { readonly [Key in Place]?: infer Shape }
  ? [Exclude<Shape, undefined>] extends [never]
    ? unknown
    : Exclude<Shape, undefined> extends z.ZodObject
      ? z.output<Exclude<Shape, undefined>>
      : unknown
  : unknown;

type FieldsOf<Declared> = FieldsIn<Declared, "params"> & FieldsIn<Declared, "query"> & FieldsIn<Declared, "body">;

/** Makes arrays read-only. */
type Given<Value> = Value extends readonly (infer Each)[] ? readonly Each[] : Value;

type NoFields = Readonly<Record<string, never>>;

/** All fields of a request: path, query and body. */
export type RequestOf<Declared> =
  unknown extends FieldsOf<Declared>
    ? NoFields
    : { readonly [Name in keyof FieldsOf<Declared>]: Given<FieldsOf<Declared>[Name]> };

export type ResultOf<Declared> = Declared extends { readonly result: infer Result extends z.ZodType }
  ? z.output<Result>
  : never;

/** An operation with a signature of its own. */
export type Special<Signature> = { readonly kind: "special"; readonly signature?: Signature };

/** The function type of an operation. `by` is the signed-in user, if there is one. */
export type CallOf<Declared> =
  Declared extends Special<infer Signature>
    ? NonNullable<Signature>
    : (
        ...given: RequestOf<Declared> extends NoFields
          ? [request?: RequestOf<Declared>, by?: Principal]
          : [request: RequestOf<Declared>, by?: Principal]
      ) => Promise<ResultOf<Declared>>;

type Declaring<Params extends Fields, Query extends Fields, Body extends Fields, Result extends z.ZodType> = Omit<
  Operation<Params, Query, Body, Result>,
  "kind" | "example"
> & { readonly example: Example<z.input<Result>> };

/** An operation that takes its request and returns its result as JSON. */
export function defineOperation<
  Result extends z.ZodType,
  Params extends Fields = undefined,
  Query extends Fields = undefined,
  Body extends Fields = undefined,
>(declared: Declaring<Params, Query, Body, Result>) {
  return { ...declared, kind: "call" as const };
}

/** An operation with a signature of its own. The server, the client and the fake each implement it separately. */
export function defineSpecial<Signature>() {
  return <
    Result extends z.ZodType,
    Params extends Fields = undefined,
    Query extends Fields = undefined,
    Body extends Fields = undefined,
  >(
    declared: Omit<Operation<Params, Query, Body, Result>, "kind">,
  ): Operation<Params, Query, Body, Result> & Special<Signature> => ({ ...declared, kind: "special" as const });
}

/** A path of the server that is not an operation. */
export function defineRoute<
  Params extends Fields = undefined,
  Query extends Fields = undefined,
  Body extends Fields = undefined,
>(declared: Omit<Route<Params, Query, Body>, "kind">): Route<Params, Query, Body> {
  return { ...declared, kind: "route" as const };
}
