import type { z } from "zod";
import { problemSchema, type Permission } from "../contract/index.ts";

/** What a route asks of whoever makes the request: its row of the permission table. */
export function requires<More extends object = object>(
  permission: Permission,
  more?: More,
): { readonly config: { readonly permission: Permission } & More } {
  return { config: { permission, ...more } as { readonly permission: Permission } & More };
}

export const problem = {
  description: "RFC 9457 problem details",
  content: { "application/problem+json": { schema: problemSchema } },
};

/** The answers of a route that gives one result. */
export function answers<Result extends z.ZodType>(result: Result) {
  return { 200: result, default: problem };
}
