import { z } from "zod";
import { defineOperation } from "./define-operation.ts";
import { boundSince, instant, instantParam, name, prunedField, resultOf } from "./fields.ts";
import { gapExplanation } from "./gaps.ts";

const disposition = z
  .enum(["scanned", "partial", "untrusted", "unreachable", "excluded", "gap"])
  .describe(
    "scanned: all of it was scanned as often as its system type requires, and something answered; unreachable: nothing answered; partial: part of it, or part of the day, is not known; untrusted: only sweeps that missed too much; gap: nothing of it was known",
  );

const day = z.object({
  date: z.string().describe("the calendar day in the time zone, YYYY-MM-DD"),
  from: instant.describe("the part of the day in which it was in scope"),
  to: instant,
  disposition,
  sweeps: z.int().min(0).describe("full sweeps of it that ended then"),
  unknownSeconds: z.number().min(0).describe("time in which some endpoint of it was not known"),
  unexplainedSeconds: z
    .number()
    .min(0)
    .optional()
    .describe("time in which some gap since the first scope has no explanation; absent: there is none"),
  unsignedSeconds: z
    .number()
    .min(0)
    .optional()
    .describe("time in which some gap has an explanation, and none that was signed off; absent: there is none"),
  explanations: z.array(z.int()).optional().describe("numbers of those that name any of its time; absent: none does"),
  reasons: z.array(z.string()).optional().describe("why it was excluded, or recorded causes of the gaps"),
});

export const continuityResult = resultOf("continuity", {
  from: instant,
  to: instant,
  timeZone: z.string(),
  vantage: z.string(),
  boundSince,
  pruned: prunedField,
  targets: z.array(z.object({ target: z.string(), days: z.array(day) })),
  targetDays: z.int().min(0).describe("days of all targets: the sum of the totals"),
  totals: z.record(disposition, z.int().min(0)),
  explanations: z.array(gapExplanation).optional().describe("those that the days refer to; absent: there are none"),
});

export const continuityQuery = z.strictObject({
  from: instantParam,
  to: instantParam,
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, "is not a time zone of the IANA database, such as Europe/Berlin")
    .default("UTC"),
  vantage: name.optional(),
});

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

export type ContinuityResult = z.infer<typeof continuityResult>;

export const continuityExample: ContinuityResult = {
  schema: "portolan.continuity/1",
  from: "2026-03-13T00:00:00.000Z",
  to: "2026-03-16T00:00:00.000Z",
  timeZone: "UTC",
  vantage: "inside",
  targets: [
    {
      target: "dmz",
      days: [
        {
          date: "2026-03-13",
          from: "2026-03-13T00:00:00.000Z",
          to: "2026-03-14T00:00:00.000Z",
          disposition: "scanned",
          sweeps: 24,
          unknownSeconds: 0,
        },
        {
          date: "2026-03-14",
          from: "2026-03-14T00:00:00.000Z",
          to: "2026-03-15T00:00:00.000Z",
          disposition: "partial",
          sweeps: 20,
          unknownSeconds: 12_600,
          reasons: ["the machine was suspended"],
        },
        {
          date: "2026-03-15",
          from: "2026-03-15T00:00:00.000Z",
          to: "2026-03-16T00:00:00.000Z",
          disposition: "scanned",
          sweeps: 24,
          unknownSeconds: 0,
        },
      ],
    },
  ],
  targetDays: 3,
  totals: { scanned: 2, partial: 1, untrusted: 0, unreachable: 0, excluded: 0, gap: 0 },
};

export const continuityOperations = {
  show: defineOperation({
    id: "getContinuity",
    method: "GET",
    path: "/api/v1/continuity",
    tag: "record",
    summary: "Show one disposition for each target and day",
    description: "Every target that was in scope on a day is counted exactly once, so that the totals reconcile.",
    permission: "record:read",
    query: continuityQuery,
    result: continuityResult,
    example: {
      query: { from: "2026-03-13T00:00:00Z", to: "2026-03-16T00:00:00Z" },
      answer: continuityExample,
    },
  }),
};
