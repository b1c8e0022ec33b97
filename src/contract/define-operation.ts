import type { z } from "zod";
import type { Principal } from "../model/index.ts";
import type { Permission } from "./permissions.ts";
import type { ProblemStatus } from "./problem.ts";
import type { Tag } from "./tags.ts";

/**
 * One declaration of what a surface can ask for. From it come the route with its schemas and its row of the permission
 * table, the client, the type of the operation, the example in the document, the fake in the tests and what a command
 * requires.
 */

type Fields = z.ZodObject | undefined;

/** A request of an operation and what a plausible installation answers; a test runs each of them. */
export interface Example<Answer> {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly answer: Answer;
  /** Where one operation answers in several media types, by type. */
  readonly answers?: Readonly<Record<string, unknown>>;
}

/** An answer that is not one JSON document. */
export interface OtherAnswer {
  readonly description: string;
  readonly content: Readonly<Record<string, z.ZodType>>;
}

interface Frame<Params extends Fields, Query extends Fields, Body extends Fields> {
  /** The operation's name in the document; it never changes once it was released. */
  readonly id: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/api/v1/sweeps/:id` */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly permission: Permission;
  /** A second permission, where the request reaches further than the first one goes. */
  readonly further?: {
    readonly when: (request: Readonly<Record<string, unknown>>) => boolean;
    readonly permission: Permission;
    readonly what: string;
    readonly next: string;
  };
  readonly params?: Params;
  /** Absent: none is taken, or where there is a body, none is read. */
  readonly query?: Query;
  readonly body?: Body;
  readonly headers?: z.ZodRawShape;
  /** An Idempotency-Key is understood: sent again, the request gets its answer again and nothing happens. */
  readonly idempotent?: true;
  /** Bytes of a body, where more than a megabyte is taken. */
  readonly bodyLimit?: number;
  /** The media type of a body that is not JSON. */
  readonly consumes?: string;
  /** Problems it may answer with, besides those of every operation. */
  readonly problems?: readonly ProblemStatus[];
}

/** Where an operation takes its request from, and what it answers. */
export interface Operation<
  Params extends Fields = Fields,
  Query extends Fields = Fields,
  Body extends Fields = Fields,
  Result extends z.ZodType = z.ZodType,
> extends Frame<Params, Query, Body> {
  readonly kind: "call" | "special";
  readonly result: Result;
  /** In place of the result as a JSON document. */
  readonly answersWith?: OtherAnswer;
  /** The version of what is shown: the answer's entity tag. */
  version?(result: z.output<Result>): string;
  readonly example: Example<unknown>;
}

/** A path of the server that no surface calls as an operation: for monitors, sensors, or within another operation. */
export interface Route<
  Params extends Fields = Fields,
  Query extends Fields = Fields,
  Body extends Fields = Fields,
> extends Frame<Params, Query, Body> {
  readonly kind: "route";
  readonly result?: z.ZodType;
  readonly answersWith?: OtherAnswer;
  readonly status?: 202;
  /** Answers that are no problems, and not the one of a success. */
  readonly otherwise?: Readonly<Partial<Record<ProblemStatus, OtherAnswer>>>;
  readonly requestsAMinute?: number;
  readonly example?: Example<unknown>;
}

export type Declaration = Operation | Route;

/** What a place of the request carries; unknown: nothing. */
type FieldsIn<Declared, Place extends string> = Declared extends { readonly [Key in Place]?: infer Shape }
  ? [Exclude<Shape, undefined>] extends [never]
    ? unknown
    : Exclude<Shape, undefined> extends z.ZodObject
      ? z.output<Exclude<Shape, undefined>>
      : unknown
  : unknown;

type FieldsOf<Declared> = FieldsIn<Declared, "params"> & FieldsIn<Declared, "query"> & FieldsIn<Declared, "body">;

/** Arrays that nobody changes. */
type Given<Value> = Value extends readonly (infer Each)[] ? readonly Each[] : Value;

type NoFields = Readonly<Record<string, never>>;

/** Everything that a request of the operation carries in path, query and body. */
export type RequestOf<Declared> =
  unknown extends FieldsOf<Declared>
    ? NoFields
    : { readonly [Name in keyof FieldsOf<Declared>]: Given<FieldsOf<Declared>[Name]> };

export type ResultOf<Declared> = Declared extends { readonly result: infer Result extends z.ZodType }
  ? z.output<Result>
  : never;

/** An operation that is asked in another way than by its request alone. */
export type Special<Signature> = { readonly kind: "special"; readonly signature?: Signature };

/** How an operation is called: `by` is who asks, where somebody signed in. */
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

/** An operation that takes its request, and answers its result as JSON. */
export function defineOperation<
  Result extends z.ZodType,
  Params extends Fields = undefined,
  Query extends Fields = undefined,
  Body extends Fields = undefined,
>(declared: Declaring<Params, Query, Body, Result>) {
  return { ...declared, kind: "call" as const };
}

/** An operation with a signature of its own: the server, the client and the fake each have a place that handles it. */
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

/** A path of the server alone. */
export function defineRoute<
  Params extends Fields = undefined,
  Query extends Fields = undefined,
  Body extends Fields = undefined,
>(declared: Omit<Route<Params, Query, Body>, "kind">): Route<Params, Query, Body> {
  return { ...declared, kind: "route" as const };
}
