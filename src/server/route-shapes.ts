import type { z } from "zod";
import { problemSchema, type Permission } from "../contract/index.ts";

/** What a route asks of whoever makes the request: its row of the permission table. */
export function requires(permission: Permission): { readonly config: { readonly permission: Permission } } {
  return { config: { permission } };
}

export const problem = {
  description: "RFC 9457 problem details",
  content: { "application/problem+json": { schema: problemSchema } },
};

/** The answers of a route that gives one result. */
export function answers<Result extends z.ZodType>(result: Result) {
  return { 200: result, default: problem };
}
