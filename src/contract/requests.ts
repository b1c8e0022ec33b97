import { z } from "zod";
import { FAULT_CODES, TRANSPORTS } from "../model/index.ts";
import { sweepResult } from "./results.ts";

/** What a surface sends over HTTP, the lines of a running sweep, and how a fault travels. */

/** The record counts no year before the first. */
const EARLIEST = Date.parse("0001-01-02T00:00:00Z");

export const instantParam = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= EARLIEST, "is before the first year")
  .describe("RFC 3339 with an offset");
/** No control characters: a name goes onto screens and into the record, which cannot hold a NUL. */
export const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, "control characters are not allowed");

export const atQuery = z.strictObject({ at: instantParam, asset: name.optional(), vantage: name.optional() });

export const exposureQuery = z.strictObject({
  at: instantParam,
  address: z.string().min(2).max(64).optional().describe("of one host; absent: every endpoint open from somewhere"),
  transport: z.enum(TRANSPORTS).optional(),
  port: z.coerce.number().int().min(1).max(65_535).optional(),
});

export const diffQuery = z.strictObject({ from: instantParam, to: instantParam, vantage: name.optional() });

export const gapsQuery = z.strictObject({
  from: instantParam,
  to: instantParam,
  asset: name.optional(),
  vantage: name.optional(),
});

/** Nothing but its path says what the request wants. */
export const emptyQuery = z.strictObject({});

export const sweepBody = z.strictObject({
  targets: z
    .array(z.string().min(1).max(300))
    .max(10_000)
    .describe("addresses, ranges, hostnames inside the scope, or names of assets and targets; empty: the whole scope"),
  ports: z.string().min(1).max(10_000).optional().describe("nmap port syntax; absent: what each system type asks for"),
  engine: z.enum(["auto", "syn", "connect", "connect-portable"]),
  rate: z.int().min(1).max(10_000_000).optional().describe("probes per second"),
  requestedBy: name,
});

export const importQuery = z.strictObject({
  file: z.string().min(1).max(1_000).describe("what the file is called, for messages and the record"),
  format: z.enum(["auto", "nmap", "masscan", "naabu"]).default("auto"),
  vantage: z.string().min(1).max(100).default("import").describe("from where the scan looked"),
  ports: z.string().min(1).max(10_000).optional().describe("a claim: the ports that were scanned, nmap syntax"),
  targets: z
    .union([z.string().min(1).max(300), z.array(z.string().min(1).max(300)).max(1_000)])
    .optional()
    .describe("a claim: the addresses that were scanned; may be given several times"),
  requestedBy: name,
});

export const approvalBody = z.strictObject({
  document: z.string().max(1_048_576).describe("the YAML of the port baseline"),
  file: z.string().min(1).max(1_000).describe("the name that errors in the document are reported under"),
  approvedBy: name,
});

export const sweepProgress = z.object({
  sweepId: z.int(),
  phase: z.enum(["scanning", "confirming", "identifying", "recording"]),
  done: z.int().min(0),
  planned: z.int().min(0),
  open: z.int().min(0),
  rate: z.number().min(0).describe("endpoints per second over the last seconds"),
  resumedFrom: z.int().min(0).optional(),
});

/** RFC 9457 problem details. `code` is a fault's code, or `internal` for what nobody foresaw. */
export const problemSchema = z.object({
  type: z.string().describe("urn:portolan:fault:<code>"),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum([...FAULT_CODES, "internal"]),
  place: z.string().optional().describe("file:line:column, a path, a URL"),
  next: z.string().describe("what to do about it"),
});

/** One line of the NDJSON answer to `POST /api/v1/sweeps`: accepted, any number of progress, then result or error. */
export const sweepLine = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("accepted"), run: z.uuid().describe("for DELETE /api/v1/sweeps/{id}") }),
  z.object({ kind: z.literal("progress"), progress: sweepProgress }),
  z.object({ kind: z.literal("result"), result: sweepResult }),
  z.object({ kind: z.literal("error"), problem: problemSchema }),
]);

export const stopParams = z.strictObject({
  id: z.string().min(1).max(64).describe("the run from the `accepted` line, or the id of a sweep it reported"),
});

export const stopResult = z.object({ schema: z.literal("portolan.sweep-stop/1"), run: z.string() });

export type ProblemDetails = z.infer<typeof problemSchema>;
export type SweepLine = z.infer<typeof sweepLine>;
export type SweepBody = z.infer<typeof sweepBody>;
