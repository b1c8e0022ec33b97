import { z } from "zod";
import { defineOperation } from "./define-operation.ts";
import { instant, instantParam, name, resultOf } from "./fields.ts";

const KINDS = ["sweeps", "intervals", "findings", "access"] as const;
const kind = z.enum(KINDS);

const counts = z.object({
  rows: z.record(z.string(), z.int().min(0)).describe("rows by table"),
  entries: z.int().min(0).describe("entries of the evidence log of which only the hash is left"),
});

const hold = z.object({
  hold: z.int().min(1),
  asset: z.string().optional().describe("absent: everything is held"),
  from: instant,
  to: instant.optional().describe("absent: until it is lifted"),
  keepsFrom: instant.describe("answers at the beginning of the period rest on observations of this time"),
  reason: z.string(),
  setAt: instant,
  setBy: z.string(),
  lifted: z.object({ at: instant, by: z.string(), reason: z.string() }).optional().describe("absent: it is in force"),
});

export const retentionResult = resultOf("retention", {
  at: instant,
  policy: z
    .object({ version: z.int().min(1), setAt: instant, setBy: z.string(), reason: z.string() })
    .optional()
    .describe("absent: the default, six years of everything"),
  kinds: z.array(
    z.object({
      kind,
      about: z.string().describe("what it is, and what its time is counted from"),
      months: z.int().min(1).describe("how long it is kept"),
      cutOff: instant.describe("what ended by then is to be pruned"),
      prunable: counts.describe("what a pruning would delete now"),
      held: counts.describe("what legal holds keep of it"),
      last: z
        .object({ until: instant, at: instant, by: z.string(), entry: z.int().min(0) })
        .optional()
        .describe("the last pruning; absent: none"),
    }),
  ),
  kept: z.array(z.string()).describe("what is never pruned"),
  holds: z.int().min(0).describe("legal holds in force"),
});

export const prunedResult = resultOf("retention-pruned", {
  at: instant,
  kinds: z.array(z.object({ kind, cutOff: instant, ...counts.shape })),
});

export const retentionSetResult = resultOf("retention-set", {
  version: z.int().min(1),
  months: z.record(kind, z.int().min(1)),
  reason: z.string(),
  setBy: z.string(),
});

export const holdResult = resultOf("legal-hold", { hold });
export const holdsResult = resultOf("legal-holds", { holds: z.array(hold) });

const reason = z
  .string()
  .min(1)
  .max(1_000)
  .regex(/^\P{Cc}*$/u, "control characters are not allowed");

const MONTHS = z.int().min(1).max(1_200);
const setBody = z.strictObject({
  months: z.partialRecord(kind, MONTHS).describe("kinds that are not named stay as they are"),
  reason,
  allowUnderAYear: z.boolean().default(false).describe("a time under twelve months is refused without it"),
  requestedBy: name,
});

const holdBody = z.strictObject({
  asset: name.optional().describe("absent: everything"),
  from: instantParam,
  to: instantParam.optional().describe("absent: until it is lifted"),
  reason,
  requestedBy: name,
});

const holdParams = z.strictObject({ hold: z.coerce.number().int().min(1).max(2_147_483_647) });

export type RetentionResult = z.infer<typeof retentionResult>;
export type PrunedResult = z.infer<typeof prunedResult>;
export type RetentionSetResult = z.infer<typeof retentionSetResult>;
export type HoldResult = z.infer<typeof holdResult>;
export type HoldsResult = z.infer<typeof holdsResult>;

const heldExample: HoldResult["hold"] = {
  hold: 3,
  asset: "web-1",
  from: "2024-03-01T00:00:00.000Z",
  to: "2024-06-01T00:00:00.000Z",
  keepsFrom: "2024-02-28T00:00:00.000Z",
  reason: "case 2026-17",
  setAt: "2026-03-14T09:00:00.000Z",
  setBy: "Ada",
};

export const retentionExample: RetentionResult = {
  schema: "portolan.retention/1",
  at: "2026-03-14T09:00:00.000Z",
  policy: { version: 2, setAt: "2026-01-10T10:00:00.000Z", setBy: "jane", reason: "two years of sweeps are enough" },
  kinds: [
    {
      kind: "sweeps",
      about: "sweeps, looks and the states they saw, from their end",
      months: 24,
      cutOff: "2024-03-14T09:00:00.000Z",
      prunable: { rows: { look: 1_440, sweep: 24, coverage: 24 }, entries: 72 },
      held: { rows: { look: 0, sweep: 48, coverage: 48 }, entries: 96 },
      last: { until: "2024-03-13T09:00:00.000Z", at: "2026-03-13T09:00:00.000Z", by: "schedule", entry: 48_211 },
    },
    {
      kind: "intervals",
      about: "states of endpoints and their services, from when they ended",
      months: 72,
      cutOff: "2020-03-14T09:00:00.000Z",
      prunable: { rows: { endpoint_interval: 0, service_interval: 0 }, entries: 0 },
      held: { rows: { endpoint_interval: 0, service_interval: 0 }, entries: 0 },
    },
  ],
  kept: ["open findings, and those out of scope"],
  holds: 1,
};

export const prunedExample: PrunedResult = {
  schema: "portolan.retention-pruned/1",
  at: "2026-03-14T09:00:00.000Z",
  kinds: [
    { kind: "sweeps", cutOff: "2024-03-14T09:00:00.000Z", rows: { look: 1_440, sweep: 24, coverage: 24 }, entries: 72 },
  ],
};

export const retentionOperations = {
  show: defineOperation({
    id: "getRetention",
    method: "GET",
    path: "/api/v1/retention",
    tag: "evidence",
    summary: "Show how long what is kept, and what a pruning would delete now",
    permission: "retention:read",
    result: retentionResult,
    example: { answer: retentionExample },
  }),
  set: defineOperation({
    id: "setRetention",
    method: "POST",
    path: "/api/v1/retention",
    tag: "evidence",
    summary: "Set how long kinds of record are kept",
    permission: "retention:manage",
    idempotent: true,
    body: setBody,
    result: retentionSetResult,
    problems: [409, 422],
    example: {
      body: { months: { sweeps: 24 }, reason: "two years of sweeps are enough", requestedBy: "jane" },
      answer: {
        schema: "portolan.retention-set/1",
        version: 2,
        months: { sweeps: 24, intervals: 72, findings: 72, access: 72 },
        reason: "two years of sweeps are enough",
        setBy: "jane",
      },
    },
  }),
  prune: defineOperation({
    id: "prune",
    method: "POST",
    path: "/api/v1/retention/prune",
    tag: "evidence",
    summary: "Delete what has been kept for its time, as portolan start does every day",
    description: "In batches, each with an entry that says what it deleted. Legal holds keep what they name.",
    permission: "retention:manage",
    body: z.strictObject({ requestedBy: name }),
    result: prunedResult,
    problems: [409],
    example: { body: { requestedBy: "jane" }, answer: prunedExample },
  }),
  holds: defineOperation({
    id: "listLegalHolds",
    method: "GET",
    path: "/api/v1/retention/holds",
    tag: "evidence",
    summary: "List legal holds, those that were lifted included",
    permission: "retention:read",
    result: holdsResult,
    example: { answer: { schema: "portolan.legal-holds/1", holds: [heldExample] } },
  }),
  hold: defineOperation({
    id: "setLegalHold",
    method: "POST",
    path: "/api/v1/retention/holds",
    tag: "evidence",
    summary: "Keep what concerns an asset, or everything, of a period until the hold is lifted",
    permission: "hold:set",
    idempotent: true,
    body: holdBody,
    result: holdResult,
    problems: [404, 409, 422],
    example: {
      body: {
        asset: "web-1",
        from: "2024-03-01T00:00:00Z",
        to: "2024-06-01T00:00:00Z",
        reason: "case 2026-17",
        requestedBy: "Ada",
      },
      answer: { schema: "portolan.legal-hold/1", hold: heldExample },
    },
  }),
  lift: defineOperation({
    id: "liftLegalHold",
    method: "POST",
    path: "/api/v1/retention/holds/:hold/lift",
    tag: "evidence",
    summary: "Lift a legal hold",
    permission: "hold:lift",
    params: holdParams,
    body: z.strictObject({ reason, requestedBy: name }),
    result: holdResult,
    problems: [404, 409],
    example: {
      path: { hold: "3" },
      body: { reason: "case 2026-17 is closed", requestedBy: "Ada" },
      answer: {
        schema: "portolan.legal-hold/1",
        hold: {
          ...heldExample,
          lifted: { at: "2026-09-01T09:00:00.000Z", by: "Ada", reason: "case 2026-17 is closed" },
        },
      },
    },
  }),
};
