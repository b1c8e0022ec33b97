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
    canaries: z.int().min(1).describe("endpoints known to be open"),
    found: z.int().min(0).describe("canaries that the first probe found open"),
    low: z.number().min(0).max(1),
    high: z.number().min(0).max(1),
  })
  .describe(
    "share of the endpoints known to be open that the first probe found; between low and high with 95 % confidence",
  );

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
  recall: recall.optional().describe("absent: not measured, because no endpoint was known to be open"),
  engineReport: z
    .object({
      engine: z.string().describe("the engine that finished the sweep"),
      sent: z.int().min(0).describe("tries sent, including those of second probes"),
      retried: z.int().min(0).describe("tries sent after an endpoint's first"),
      dropped: z.int().min(0).describe("answers lost on this machine itself; their endpoints were tried again"),
      errors: z.record(z.string(), z.int().min(0)).describe("number of local failures by error code"),
      loss: z.number().min(0).max(1).describe("share of tries lost on the way there or back"),
      roundTrip: z.number().min(0).optional().describe("smoothed round-trip time, in milliseconds"),
      doubtful: z
        .object({
          hosts: z.int().min(0),
          endpoints: z.int().min(0),
          first: z
            .array(z.object({ address: z.string(), silent: z.int().min(0), why: z.enum(["limits-refusals", "loss"]) }))
            .readonly(),
        })
        .describe("hosts that answer, but whose silent endpoints may be closed, so they are not recorded as filtered"),
    })
    .optional()
    .describe("the engine's report on the sweep; after a crash, on the part since the restart"),
});

export const sweepResult = resultOf("sweep", {
  sweep: sweepSummary,
  engineNote: z.string().optional().describe("why no faster engine was used, and how to enable it"),
  seed: z.string(),
  planDigest: z.string(),
  scopeVersion: z.int(),
  baselineVersion: z
    .int()
    .optional()
    .describe("absent: no port baseline was approved, so nothing could be unauthorized"),
  targets: z.array(z.string()).describe("addresses and ranges in the plan"),
  ports: z.string(),
  open: z.array(
    z.object({
      asset: z.string().optional(),
      address: z.string(),
      transport,
      port,
      service: z.string().optional().describe("name registered for the port, not the identified service"),
      identified: identified.optional(),
      ...listener.shape,
    }),
  ),
  hosts: z
    .object({
      answered: z.int().min(0),
      silent: z.int().min(0),
      silentEndpoints: z.int().min(0).describe("endpoints of silent hosts, which `counts` has among the others"),
    })
    .optional()
    .describe("probed addresses: those that accepted or refused something, and those that answered nothing"),
  silent: z.array(z.object({ asset: z.string().optional(), address: z.string(), state: observedState })),
  limited: z
    .array(
      z.object({
        asset: z.string().optional(),
        address: z.string(),
        unresolved: z.int().describe("endpoints recorded as no-response that may be closed, with the refusal withheld"),
        perSecond: z.number().describe("observed refusals per second"),
      }),
    )
    .optional()
    .describe(
      "hosts that limit their refusals of closed UDP ports so much that not all ports could be settled; absent if there are none",
    ),
  runs: z
    .array(z.object({ from: instant, to: instant }))
    .describe("when the sweep ran; several periods if it was resumed after a crash"),
  confirmed: z.int().describe("endpoints probed a second time"),
  findings: z.array(findingSchema).describe("findings that were open after the sweep, on endpoints that it covered"),
  resolved: z.array(findingSchema).describe("findings that this sweep resolved"),
});

export const sweepsQuery = z.strictObject({
  kind: severalOf(SWEEP_KINDS),
  verdict: severalOf(SWEEP_VERDICTS),
  vantage: name.optional(),
  startedSince: instantParam.optional(),
  startedUntil: instantParam.optional().describe("exclusive: up to but not including this instant"),
  ...paging,
});

export const sweepsResult = resultOf("sweeps", {
  sweeps: z.array(sweepSummary).describe("newest first"),
  looks: z
    .array(
      z.object({
        vantage: z.string(),
        kind: z.enum(["known", "rolling"]),
        looks: z.int().min(1),
        from: instant.describe("when the first began"),
        to: instant.describe("when the last ended"),
      }),
    )
    .optional()
    .describe(
      "sweeps of every minute that saw exactly what an earlier one had seen: they have no number, and are summed up over the period. On the first page only; absent: there are none",
    ),
  next,
});

export const sweepRecordResult = resultOf("sweep-record", {
  sweep: sweepSummary,
  targets: z.array(z.string()).describe("targets of the scope that the sweep was for"),
  scopeVersion: z.int(),
  requestedBy: z.string(),
  seed: z.string().describe("hex; empty for an import, whose order is not known"),
  planDigest: z.string(),
  plan: z.unknown().describe("together with the seed, enough to repeat the sweep exactly"),
  parameters: z.record(z.string(), z.unknown()),
});

export const sweepBody = z.strictObject({
  targets: z
    .array(z.string().min(1).max(300))
    .max(10_000)
    .describe("addresses, ranges, hostnames inside the scope, or names of assets and targets; empty: the whole scope"),
  ports: z.string().min(1).max(10_000).optional().describe("nmap port syntax; absent: the ports of each system type"),
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

/**
 * One line of the NDJSON response to `POST /api/v1/sweeps`: `accepted`, any number of `progress`, then `result` or
 * `error`.
 */
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
  id: z
    .string()
    .min(1)
    .max(64)
    .describe("the run from the `accepted` line, or the id of the sweep from a `progress` line"),
});

export const stopResult = z.object({ schema: z.literal("portolan.sweep-stop/1"), run: z.string() });

export type SweepSummary = z.infer<typeof sweepSummary>;
export type SweepResult = z.infer<typeof sweepResult>;
export type SweepsResult = z.infer<typeof sweepsResult>;
export type SweepRecordResult = z.infer<typeof sweepRecordResult>;
export type SweepLine = z.infer<typeof sweepLine>;
