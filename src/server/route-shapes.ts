import type { z } from "zod";
import { problemSchema } from "../contract/index.ts";

/** What every route asks of a request. */
export const config = { authorization: "bearer" } as const;

export const problem = {
  description: "RFC 9457 problem details",
  content: { "application/problem+json": { schema: problemSchema } },
};

/** The answers of a route that gives one result. */
export function answers<Result extends z.ZodType>(result: Result) {
  return { 200: result, default: problem };
}
