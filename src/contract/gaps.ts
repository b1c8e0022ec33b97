import { z } from "zod";
import { GAP_CAUSES } from "../model/index.ts";
import { defineOperation } from "./define-operation.ts";
import { alsoBy, declared, instant, name, resultOf } from "./fields.ts";

const gap = z.string().min(1).max(2_000);
const share = z.number().min(0).max(1);
const MOST_REFERENCES = 20;

const evidence = z
  .array(
    z.object({
      kind: z
        .enum(["same-vantage-point", "vantage-point", "import", "host-sensor", "boundary-source"])
        .describe(
          "same-vantage-point: part of it was known from the vantage point itself; import: only other scanners scanned from there; boundary-source: a list of another system, which observes nothing",
        ),
      name: z.string(),
      endpoints: share.describe(
        "most of its endpoints that were known at one instant; of a host sensor and a list, the share of its addresses",
      ),
      time: share.optional().describe("part of the gap in which any of them was known; absent: it does not observe"),
      share: share.optional().describe("endpoints × time that was known"),
      from: instant.describe("the first instant at which any was known"),
      to: instant.describe("the end of the last one"),
    }),
  )
  .describe("what other sources covered, computed from the record; empty: nothing");

/** An explanation, as every result shows it. */
export const gapExplanation = z.object({
  explanation: z.int().min(1).describe("its number"),
  gap: z.string().describe("the name of the gap that was explained"),
  cause: z.enum(GAP_CAUSES),
  text: z.string(),
  references: z.array(z.string()),
  explainedBy: z.string().describe("the user who signed in, or the operator and their account"),
  explainedAt: instant,
  alsoBy,
  evidence: evidence.describe("what other sources covered of the named gap when it was explained"),
  signedOff: z
    .object({
      by: z.string().describe("the user who signed in, or `typed by the operator (account): name`"),
      at: instant,
      alsoBy,
    })
    .optional()
    .describe("absent: nobody accepted it yet"),
});

const stretch = z.object({ asset: z.string(), declared, from: instant, to: instant });

export const gapResult = resultOf("gap", {
  gap: z.string(),
  vantage: z.string(),
  asset: z.string(),
  declared,
  from: instant,
  to: instant.describe("its end; if it is still open, when it was asked for"),
  goesOn: z.boolean(),
  seconds: z.number().min(0),
  cause: z.string().optional().describe("recorded by the program; absent: none is"),
  evidence,
  explanations: z.array(gapExplanation).describe("those that name any of its time, in the order they were given"),
  unexplained: z.array(z.object({ from: instant, to: instant })).describe("time that no explanation names"),
  unsigned: z
    .array(z.object({ from: instant, to: instant }))
    .describe("time that an explanation names, and none that was signed off"),
});

export const gapExplanationResult = resultOf("gap-explanation", {
  ...gapExplanation.shape,
  vantage: z.string(),
  gaps: z.array(stretch).describe("the exact times that it names"),
});

export const gapQuery = z.strictObject({ gap });

/** Lines and no other control characters. */
const prose = z
  .string()
  .trim()
  .min(1)
  .max(4_000)
  .regex(/^[^\p{Cc}]*(?:\n[^\p{Cc}]*)*$/u, "control characters other than line breaks are not allowed");

export const gapExplanationBody = z.strictObject({
  gap: gap.describe("the name of the gap"),
  cause: z.enum(GAP_CAUSES),
  text: prose.describe("why nobody looked, in words"),
  references: z
    .array(
      z
        .string()
        .min(1)
        .max(500)
        .regex(/^\P{Cc}*$/u, "control characters are not allowed"),
    )
    .max(MOST_REFERENCES)
    .default([])
    .describe("tickets, pages, files: text"),
  everything: z
    .boolean()
    .default(false)
    .describe("every gap seen from the same vantage point as well, cut to the named one"),
});

export const gapSignOffBody = z.strictObject({
  gap: gap.describe("the name of the gap"),
  explanation: z
    .int()
    .min(1)
    .max(2_147_483_647)
    .optional()
    .describe("its number; absent: the only one under this name that nobody signed off"),
  signedOffBy: name.optional().describe("only for the operator, as long as there are no users"),
});

export type GapResult = z.infer<typeof gapResult>;
export type GapExplanationResult = z.infer<typeof gapExplanationResult>;
export type GapExplanationView = z.infer<typeof gapExplanation>;

const NAME = "inside/web-1@2026-03-14T02:00:00.000Z";
const evidenceExample: GapResult["evidence"] = [
  {
    kind: "host-sensor",
    name: "web-1",
    endpoints: 1,
    time: 0.75,
    share: 0.75,
    from: "2026-03-14T02:00:00.000Z",
    to: "2026-03-14T05:00:00.000Z",
  },
];

export const explanationExample: GapExplanationView = {
  explanation: 4,
  gap: NAME,
  cause: "maintenance",
  text: "The hypervisor was upgraded.",
  references: ["CHG-2041"],
  explainedBy: "Jane Doe",
  explainedAt: "2026-03-14T09:00:00.000Z",
  evidence: evidenceExample,
};
const signedExample: GapExplanationView = {
  ...explanationExample,
  signedOff: { by: "Ada Lovelace", at: "2026-03-15T08:00:00.000Z" },
};
const stretchExample = { asset: "web-1", from: "2026-03-14T02:00:00.000Z", to: "2026-03-14T06:00:00.000Z" };

export const gapOperations = {
  show: defineOperation({
    id: "getGap",
    method: "GET",
    path: "/api/v1/gap",
    tag: "record",
    summary: "Show one gap: what other sources covered, and who explained and accepted it",
    permission: "record:read",
    query: gapQuery,
    result: gapResult,
    problems: [404],
    example: {
      query: { gap: NAME },
      answer: {
        schema: "portolan.gap/1",
        gap: NAME,
        vantage: "inside",
        ...stretchExample,
        goesOn: false,
        seconds: 14_400,
        cause: "Portolan was not running for 4h",
        evidence: evidenceExample,
        explanations: [signedExample],
        unexplained: [],
        unsigned: [],
      },
    },
  }),
  explain: defineOperation({
    id: "explainGap",
    method: "POST",
    path: "/api/v1/gaps/explanations",
    tag: "record",
    summary: "State why nobody looked",
    description:
      "Names exactly the time that the gap has now. If it grows, the rest is unexplained. What other sources covered is computed and recorded with it.",
    permission: "gaps:explain",
    body: gapExplanationBody,
    idempotent: true,
    result: gapExplanationResult,
    problems: [404, 409],
    example: {
      body: { gap: NAME, cause: "maintenance", text: "The hypervisor was upgraded.", references: ["CHG-2041"] },
      answer: {
        schema: "portolan.gap-explanation/1",
        ...explanationExample,
        vantage: "inside",
        gaps: [stretchExample],
      },
    },
  }),
  signOff: defineOperation({
    id: "signOffGap",
    method: "POST",
    path: "/api/v1/gaps/sign-offs",
    tag: "record",
    summary: "Accept the explanation of a gap",
    description:
      "By another person than the one who explained it. It covers the times that the explanation names, and no others.",
    permission: "gaps:sign-off",
    body: gapSignOffBody,
    idempotent: true,
    result: gapExplanationResult,
    problems: [404, 409],
    example: {
      body: { gap: NAME, explanation: 4 },
      answer: {
        schema: "portolan.gap-explanation/1",
        ...signedExample,
        vantage: "inside",
        gaps: [stretchExample],
      },
    },
  }),
};
