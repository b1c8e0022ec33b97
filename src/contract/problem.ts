import { z } from "zod";
import { FAULT_CODES } from "../model/index.ts";
import { named } from "./fields.ts";

/** A fault in transit: RFC 9457 problem details. `code` is the fault's code, or `internal` for an unexpected error. */
export const problemSchema = named(
  "problem",
  z.object({
    type: z.string().describe("urn:portolan:fault:<code>"),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum([...FAULT_CODES, "internal"]),
    place: z.string().optional().describe("file:line:column, a path, a URL"),
    next: z.string().describe("what to do about it"),
  }),
);
export type ProblemDetails = z.infer<typeof problemSchema>;

/** Every HTTP status that a problem can have. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 421 | 422 | 429 | 501 | 503;
