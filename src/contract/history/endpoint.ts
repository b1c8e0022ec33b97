import { z } from "zod";
import {
  boundSince,
  declared,
  instant,
  instantParam,
  name,
  port,
  prunedField,
  resultOf,
  stateAt,
  transport,
} from "../fields.ts";
import { identified } from "../services.ts";

const authorization = z.object({
  from: instant,
  to: instant,
  version: z.int().min(1).describe("of the port baseline in force"),
  outcome: z
    .enum(["authorized", "expired", "elsewhere", "none"])
    .describe("elsewhere: authorized, but not to be seen from this vantage point; none: no entry authorized it"),
  owner: z.string().optional(),
  justification: z.string().optional(),
  approvedBy: z.string(),
  approvedAt: instant,
  proposedBy: z.string().optional(),
  proposal: z.string().optional().describe("SHA-256 (hex) of the proposal that was approved"),
});

export const endpointHistoryResult = resultOf("endpoint-history", {
  boundSince,
  host: z.string().describe("as it was asked for"),
  transport,
  port,
  vantage: z.string(),
  from: instant,
  to: instant,
  pruned: prunedField,
  recordedUntil: instant.optional().describe("the time of the latest entry of the record"),
  answeredAt: instant,
  endpoints: z.array(
    z.object({
      address: z.string(),
      asset: z.string().optional().describe("the asset that has the address at the end of the period"),
      declared,
      states: z
        .array(
          z.object({
            from: instant,
            to: instant,
            state: stateAt,
            sweep: z.int().optional().describe("the sweep that first saw it in this state"),
          }),
        )
        .describe("without holes; unknown: nobody looked in time"),
      services: z.array(z.object({ from: instant, to: instant.optional(), identified: identified.optional() })),
      openSeconds: z.number().min(0),
      unknownSeconds: z.number().min(0).describe("neither open nor closed: it may have been open"),
      authorizations: z.array(authorization),
      findings: z.array(
        z.object({ id: z.int(), kind: z.string(), status: z.string(), openedAt: instant, summary: z.string() }),
      ),
    }),
  ),
});

/** Each address of an asset has a life of its own; a network has too many of them for one answer. */
export const MOST_LIVES = 64;

export const endpointHistoryQuery = z.strictObject({
  host: name.describe("an address, or the name of an asset"),
  transport: transport.default("tcp"),
  port: z.coerce.number().int().min(1).max(65_535),
  from: instantParam.optional().describe("absent: from the first version of the scope on"),
  to: instantParam.optional().describe("absent: until now"),
  vantage: name.optional(),
});

export type EndpointHistoryResult = z.infer<typeof endpointHistoryResult>;

export const endpointHistory: EndpointHistoryResult = {
  schema: "portolan.endpoint-history/1",
  host: "db-3",
  transport: "tcp",
  port: 5432,
  vantage: "inside",
  from: "2026-03-01T00:00:00.000Z",
  to: "2026-03-15T00:00:00.000Z",
  recordedUntil: "2026-03-15T09:00:00.000Z",
  answeredAt: "2026-03-15T09:00:12.000Z",
  endpoints: [
    {
      address: "10.77.0.13",
      asset: "db-3",
      states: [
        { from: "2026-03-01T00:00:00.000Z", to: "2026-03-12T22:14:07.000Z", state: "closed", sweep: 12 },
        { from: "2026-03-12T22:14:07.000Z", to: "2026-03-13T01:00:00.000Z", state: "open", sweep: 308 },
        { from: "2026-03-13T01:00:00.000Z", to: "2026-03-13T04:30:00.000Z", state: "unknown" },
        { from: "2026-03-13T04:30:00.000Z", to: "2026-03-15T00:00:00.000Z", state: "open", sweep: 308 },
      ],
      services: [],
      openSeconds: 166_553,
      unknownSeconds: 12_600,
      authorizations: [
        {
          from: "2026-03-01T00:00:00.000Z",
          to: "2026-03-13T10:00:00.000Z",
          version: 4,
          outcome: "none",
          approvedBy: "jane@example.com",
          approvedAt: "2026-02-20T10:00:00.000Z",
        },
        {
          from: "2026-03-13T10:00:00.000Z",
          to: "2026-03-15T00:00:00.000Z",
          version: 5,
          outcome: "authorized",
          owner: "team-data",
          justification: "replica for reporting",
          approvedBy: "jane@example.com",
          approvedAt: "2026-03-13T10:00:00.000Z",
          proposedBy: "omar@example.com",
        },
      ],
      findings: [
        {
          id: 17,
          kind: "unauthorized-open",
          status: "resolved",
          openedAt: "2026-03-12T22:14:07.000Z",
          summary: "tcp/5432 is open on db-3 and not authorized",
        },
      ],
    },
  ],
};
