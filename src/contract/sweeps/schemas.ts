import { z } from "zod";
import { ENDPOINT_STATES, SWEEP_KINDS } from "../../model/index.ts";
import {
  instant,
  instantParam,
  name,
  named,
  next,
  observedState,
  paging,
  port,
  resultOf,
  severalOf,
  transport,
} from "../fields.ts";
import { findingSchema } from "../findings/schemas.ts";
import { listener } from "../listeners.ts";
import { problemSchema } from "../problem.ts";
import { identified } from "../services.ts";

export const SWEEP_VERDICTS = ["complete", "partial", "untrusted"] as const;

const recall = z
  .object({
    canaries: z.int().min(1).describe("endpoints certainly open"),
    found: z.int().min(0).describe("of them seen open at the first look"),
    low: z.number().min(0).max(1),
    high: z.number().min(0).max(1),
  })
  .describe("share of what was open that the first look saw; between low and high with 95 % confidence");

export const sweepSummary = z.object({
  id: z.int(),
  kind: z.enum(SWEEP_KINDS),
  vantage: z.string(),
  engine: z.string(),
  planned: z.int(),
  startedAt: instant,
  endedAt: instant.optional(),
  verdict: z.enum(["complete", "partial", "untrusted"]).optional(),
  reason: z.string().optional(),
  counts: z.record(z.enum(ENDPOINT_STATES), z.int().min(0)).optional(),
  recall: recall.optional().describe("absent: not measured, as nothing was known to be open there"),
  engineReport: z
    .object({
      engine: z.string().describe("the one that finished it"),
      sent: z.int().min(0).describe("tries that went out, the second look's included"),
      retried: z.int().min(0).describe("of these, tries after an endpoint's first"),
      dropped: z.int().min(0).describe("answers that this machine itself lost; the endpoints were tried again"),
      errors: z.record(z.string(), z.int().min(0)).describe("local failures by error code"),
      loss: z.number().min(0).max(1).describe("share of tries lost on the way, there or back"),
      roundTrip: z.number().min(0).optional().describe("smoothed, in milliseconds"),
      doubtful: z
        .object({
          hosts: z.int().min(0),
          endpoints: z.int().min(0),
          first: z
            .array(z.object({ address: z.string(), silent: z.int().min(0), why: z.enum(["limits-refusals", "loss"]) }))
            .readonly(),
        })
        .describe("answering hosts whose silent endpoints may be closed ones, and so are not called filtered"),
    })
    .optional()
    .describe("what the engine says of the sweep; after a crash, of what was done since"),
});

export const sweepResult = resultOf("sweep", {
  sweep: sweepSummary,
  engineNote: z.string().optional().describe("why no faster engine looked, and what would let it"),
  seed: z.string(),
  planDigest: z.string(),
  scopeVersion: z.int(),
  baselineVersion: z
    .int()
    .optional()
    .describe("absent: no port baseline is approved, so nothing could be unauthorized"),
  targets: z.array(z.string()).describe("addresses and ranges that were planned"),
  ports: z.string(),
  open: z.array(
    z.object({
      asset: z.string().optional(),
      address: z.string(),
      transport,
      port,
      service: z.string().optional().describe("name registered for the port; not what really answers"),
      identified: identified.optional(),
      ...listener.shape,
    }),
  ),
  silent: z.array(z.object({ asset: z.string().optional(), address: z.string(), state: observedState })),
  limited: z
    .array(
      z.object({
        asset: z.string().optional(),
        address: z.string(),
        unresolved: z.int().describe("endpoints that are no-response, and perhaps only were not refused"),
        perSecond: z.number().describe("refusals that came in a second"),
      }),
    )
    .optional()
    .describe("hosts that refuse closed UDP ports too seldom to be asked for all; absent when there are none"),
  runs: z
    .array(z.object({ from: instant, to: instant }))
    .describe("when it looked: several when a crash came between and the sweep was gone on with"),
  confirmed: z.int().describe("endpoints probed a second time"),
  findings: z.array(findingSchema).describe("open findings on what this sweep covered, after it"),
  resolved: z.array(findingSchema).describe("findings that this sweep resolved"),
});

export const sweepsQuery = z.strictObject({
  kind: severalOf(SWEEP_KINDS),
  verdict: severalOf(SWEEP_VERDICTS),
  vantage: name.optional(),
  startedSince: instantParam.optional(),
  startedUntil: instantParam.optional().describe("this instant excluded"),
  ...paging,
});

export const sweepsResult = resultOf("sweeps", {
  sweeps: z.array(sweepSummary).describe("newest first"),
  next,
});

export const sweepRecordResult = resultOf("sweep-record", {
  sweep: sweepSummary,
  targets: z.array(z.string()).describe("of the scope, that it is for"),
  scopeVersion: z.int(),
  requestedBy: z.string(),
  seed: z.string().describe("hex; empty for an import, whose order nobody knows"),
  planDigest: z.string(),
  plan: z.unknown().describe("with the seed enough to perform it again exactly"),
  parameters: z.record(z.string(), z.unknown()),
});

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

export const sweepProgress = z.object({
  sweepId: z.int(),
  phase: z.enum(["scanning", "confirming", "identifying", "recording"]),
  done: z.int().min(0),
  planned: z.int().min(0),
  open: z.int().min(0),
  rate: z.number().min(0).describe("endpoints per second over the last seconds"),
  resumedFrom: z.int().min(0).optional(),
});

/** One line of the NDJSON answer to `POST /api/v1/sweeps`: accepted, any number of progress, then result or error. */
export const sweepLine = named(
  "sweep-line",
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("accepted"), run: z.uuid().describe("for DELETE /api/v1/sweeps/{id}") }),
    z.object({ kind: z.literal("progress"), progress: sweepProgress }),
    z.object({ kind: z.literal("result"), result: sweepResult }),
    z.object({ kind: z.literal("error"), problem: problemSchema }),
  ]),
);

export const stopParams = z.strictObject({
  id: z.string().min(1).max(64).describe("the run from the `accepted` line, or the id of a sweep it reported"),
});

export const stopResult = resultOf("sweep-stop", { run: z.string() });

export type SweepSummary = z.infer<typeof sweepSummary>;
export type SweepResult = z.infer<typeof sweepResult>;
export type SweepsResult = z.infer<typeof sweepsResult>;
export type SweepRecordResult = z.infer<typeof sweepRecordResult>;
export type SweepLine = z.infer<typeof sweepLine>;
