import { z } from "zod";
import {
  boundSince,
  prunedField,
  declared,
  hostsAt,
  instant,
  instantParam,
  name,
  observedState,
  port,
  resultOf,
  stateAt,
  transport,
} from "../fields.ts";
import { gapExplanation } from "../gaps.ts";
import { identified } from "../services.ts";

const countsAt = z.record(stateAt, z.int().min(0)).describe("number of endpoints per state; every state is present");

const openEndpoint = z.object({
  identified: identified.optional(),
  address: z.string(),
  transport,
  port,
  since: instant.describe("when it was first seen open, without a contrary observation since"),
  lastLookedAt: instant,
});

/** Absent: as known now. */
const asKnown = z
  .literal("then")
  .optional()
  .describe("only what had been recorded by the instant; absent: as known now");

export const atResult = resultOf("at", {
  at: instant,
  known: asKnown,
  vantage: z.string(),
  boundSince,
  pruned: prunedField,
  scopeVersion: z.int().optional().describe("the version in force then; absent: no scope had been recorded"),
  importedUnder: z
    .array(z.int())
    .optional()
    .describe("later scope versions, under which scans of that time were imported: their assets are in the answer"),
  assets: z.array(
    z.object({
      asset: z.string(),
      declared,
      addresses: z.array(z.string()),
      answer: z
        .enum(["known", "partly-known", "silent", "unknown"])
        .describe("silent: it was scanned and nothing answered, so the state of its ports is not known"),
      lastLookedAt: instant.optional().describe("the latest observation of any of its endpoints"),
      oldestLookedAt: instant
        .optional()
        .describe("the oldest observation that the state of one of its endpoints rests on"),
      staleness: z.string(),
      open: z.array(openEndpoint),
      counts: countsAt,
      hosts: hostsAt,
      unknownPorts: z
        .string()
        .describe("ports that were not scanned in time on at least one address; empty if everything is known"),
      note: z.string().optional().describe("why the state is unknown, or that the host was silent"),
    }),
  ),
  counts: countsAt,
  hosts: hostsAt,
});

export const diffResult = resultOf("diff", {
  from: instant,
  to: instant,
  known: asKnown,
  vantage: z.string(),
  boundSince,
  pruned: prunedField,
  changes: z.array(
    z.object({
      asset: z.string().optional(),
      declared,
      address: z.string(),
      transport,
      port,
      before: observedState,
      after: observedState,
    }),
  ),
  otherChanges: z
    .array(
      z.object({
        asset: z.string().optional(),
        declared,
        addresses: z.string().describe("an address or a range"),
        transport,
        ports: z.string(),
        before: observedState,
        after: observedState,
        endpoints: z.int(),
      }),
    )
    .describe("changes between two states that are not open, e.g. a host that fell silent"),
  compared: z.int().describe("endpoints scanned in time at both instants"),
  notCompared: z.int().describe("endpoints scanned in time at only one of the two instants"),
});

export const gapsResult = resultOf("gaps", {
  from: instant,
  to: instant,
  vantage: z.string(),
  boundSince,
  pruned: prunedField,
  assets: z.array(
    z.object({
      asset: z.string(),
      declared,
      covered: z.number().min(0).max(1).describe("share of the period in which every required endpoint was known"),
      gaps: z.array(
        z.object({
          from: instant,
          to: instant,
          gap: z
            .string()
            .optional()
            .describe(
              "its name, by which it is explained; it has the instant at which the gap began, which can be before the period. Absent: it ended before the first scope was recorded",
            ),
          cause: z.string().optional().describe("recorded by the program; absent: none is"),
          explanations: z
            .array(z.int())
            .optional()
            .describe("numbers of those that name any of its time; absent: none does"),
          unexplainedSeconds: z
            .number()
            .min(0)
            .optional()
            .describe("time since the first scope that no explanation names; absent: there is none"),
          unsignedSeconds: z
            .number()
            .min(0)
            .optional()
            .describe("time that an explanation names, and none that was signed off; absent: there is none"),
        }),
      ),
    }),
  ),
  explanations: z.array(gapExplanation).optional().describe("those that the gaps refer to; absent: there are none"),
});

/** What an answer about the past includes. */
const known = z
  .enum(["then", "now"])
  .optional()
  .describe(
    "then: only what had been recorded by the instant, without scans that were imported later; now, the default: all that the record has",
  );

export const atQuery = z.strictObject({ at: instantParam, asset: name.optional(), vantage: name.optional(), known });
export const diffQuery = z.strictObject({ from: instantParam, to: instantParam, vantage: name.optional(), known });
export const gapsQuery = z.strictObject({
  from: instantParam,
  to: instantParam,
  asset: name.optional(),
  vantage: name.optional(),
});

export type AtResult = z.infer<typeof atResult>;
export type DiffResult = z.infer<typeof diffResult>;
export type GapsResult = z.infer<typeof gapsResult>;
