import { z } from "zod";
import { defineOperation } from "./define-operation.ts";
import { instant, name, resultOf } from "./fields.ts";

export const clockResult = resultOf("clock", {
  at: instant.describe("the time by the clock of this machine"),
  recordedUntil: instant.optional().describe("the latest time in the record since the clock was last set back"),
  ahead: z
    .boolean()
    .describe("the record is ahead of the clock by more than a minute: sweeps, imports and sensors are refused"),
});

export const clockAcceptedResult = resultOf("clock-accepted", {
  at: instant.describe("the time by the clock of this machine, which is right"),
  aheadUntil: instant.describe("what was recorded with times between `at` and this one is unknown"),
  by: z.string().describe("who stated that the clock is right"),
  runs: z.int().min(0).describe("runs of sweeps that cover nothing since, because they are dated after `at`"),
  entry: z.int().min(0).describe("index of the entry in the evidence log"),
});

export type ClockResult = z.infer<typeof clockResult>;
export type ClockAcceptedResult = z.infer<typeof clockAcceptedResult>;

export const clockExample: ClockResult = {
  schema: "portolan.clock/1",
  at: "2026-03-14T09:00:00.000Z",
  recordedUntil: "2026-03-14T10:16:40.000Z",
  ahead: true,
};

export const clockAcceptedExample: ClockAcceptedResult = {
  schema: "portolan.clock-accepted/1",
  at: "2026-03-14T09:00:00.000Z",
  aheadUntil: "2026-03-14T10:16:40.000Z",
  by: "jane",
  runs: 3,
  entry: 1_204,
};

export const clockOperations = {
  get: defineOperation({
    id: "getClock",
    method: "GET",
    path: "/api/v1/clock",
    tag: "record",
    summary: "Compare the record with the clock of the server",
    permission: "record:read",
    result: clockResult,
    example: { answer: clockExample },
  }),
  accept: defineOperation({
    id: "acceptClock",
    method: "POST",
    path: "/api/v1/clock/accept",
    tag: "record",
    summary: "State that the clock is right now, and ran ahead before",
    description: "Records the step back as an entry and a gap. Sweeps that are dated later cover nothing from then on.",
    permission: "clock:accept",
    body: z.strictObject({ requestedBy: name }),
    result: clockAcceptedResult,
    problems: [409],
    example: { body: { requestedBy: "jane" }, answer: clockAcceptedExample },
  }),
};
