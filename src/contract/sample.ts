import { z } from "zod";
import { defineOperation } from "./define-operation.ts";
import { instant, instantParam, name, resultOf } from "./fields.ts";

/** The populations that can be sampled. */
export const POPULATIONS = ["endpoints", "findings", "approvals", "target-days"] as const;
export type Population = (typeof POPULATIONS)[number];

const LARGEST_SAMPLE = 1_000;

export const sampleQuery = z.strictObject({
  of: z
    .enum(POPULATIONS)
    .describe(
      "endpoints: those open at the end of the period; findings: opened in it; approvals: versions of the port baseline approved in it; target-days: each day of each target in it",
    ),
  size: z.coerce.number().int().min(1).max(LARGEST_SAMPLE).default(25).describe("how many to draw"),
  seed: z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u, "control characters are not allowed")
    .describe("the auditor's own text: the same seed draws the same items"),
  from: instantParam.optional().describe("absent: 90 days before the end"),
  to: instantParam.optional().describe("absent: now"),
  vantage: name.optional(),
});

export const sampleResult = resultOf("sample", {
  of: z.enum(POPULATIONS),
  from: instant.optional().describe("absent: the population is that of one instant"),
  to: instant,
  vantage: z.string().optional().describe("where the population depends on it"),
  seed: z.string(),
  size: z.int().min(1).describe("how many were asked for"),
  population: z.int().min(0).describe("how many there are; 0: no occurrences, which is not a test that was passed"),
  populationSha256: z
    .string()
    .describe("of the keys in ascending order, each with a line feed: two draws are from the same population"),
  method: z.literal("the smallest SHA-256 of seed, line feed, key"),
  drawn: z
    .array(
      z.object({
        key: z.string().describe("its name in the record"),
        sha256: z.string().describe("of the seed, a line feed and the key"),
        about: z.string(),
        asset: z.string().optional(),
        finding: z.int().optional(),
      }),
    )
    .describe("in the order of the draw"),
});

export type SampleResult = z.infer<typeof sampleResult>;

export const sampleExample: SampleResult = {
  schema: "portolan.sample/1",
  of: "endpoints",
  to: "2026-03-31T22:00:00.000Z",
  vantage: "inside",
  seed: "2026-Q1",
  size: 2,
  population: 3,
  populationSha256: "9b973d839cc0deb25a134a3812c905e7e7e12ee1fc7a0cf836acda8b87298b5d",
  method: "the smallest SHA-256 of seed, line feed, key",
  drawn: [
    {
      key: "web-1:22/tcp",
      sha256: "97ec87f49ecae0d5079712c49b0d9ca03750304de165a8bca7542e0a6bc1b6f4",
      about: "web-1, open since 2026-03-01T09:00:00.000Z",
      asset: "web-1",
    },
    {
      key: "web-1:443/tcp",
      sha256: "a9d3cc97210bb026c800a07c2a4aed4bf61c49a209acfb1b1611e969a9f367ec",
      about: "web-1, open since 2026-03-01T09:00:00.000Z",
      asset: "web-1",
    },
  ],
};

export const sampleOperations = {
  draw: defineOperation({
    id: "drawSample",
    method: "GET",
    path: "/api/v1/sample",
    tag: "record",
    summary: "Draw a sample that anybody with the seed draws again",
    description:
      "Without replacement, from the population as the record has it. Reads the record and writes nothing; the seed is the auditor's.",
    permission: "record:read",
    query: sampleQuery,
    result: sampleResult,
    example: { query: { of: "endpoints", size: "2", seed: "2026-Q1" }, answer: sampleExample },
  }),
};
