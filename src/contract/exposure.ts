import { z } from "zod";
import { TRANSPORTS, VANTAGE_KINDS } from "../model/index.ts";
import { defineOperation } from "./define-operation.ts";
import {
  exposureIntervalsExample,
  exposureIntervalsQuery,
  exposureIntervalsResult,
  exposureMapExample,
  exposureMapQuery,
  exposureMapResult,
} from "./exposure-map.ts";
import { boundSince, declared, instant, instantParam, port, resultOf, stateAt, transport } from "./fields.ts";

export const exposureQuery = z.strictObject({
  at: instantParam,
  address: z
    .string()
    .min(2)
    .max(64)
    .optional()
    .describe("one host only; absent: every endpoint that is open from anywhere"),
  transport: z.enum(TRANSPORTS).optional(),
  port: z.coerce.number().int().min(1).max(65_535).optional(),
});

export const exposureResult = resultOf("exposure", {
  at: instant,
  boundSince,
  vantagePoints: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(VANTAGE_KINDS),
      own: z.boolean().describe("whether the installation itself scans from there"),
      imported: z
        .literal(true)
        .optional()
        .describe("files of other scanners came from there; the scope does not declare it, so its kind is not known"),
    }),
  ),
  endpoints: z.array(
    z.object({
      asset: z.string().optional(),
      declared,
      address: z.string(),
      transport,
      port,
      host: z
        .object({
          says: z
            .enum(["listening", "not-listening", "unknown"])
            .describe("unknown: nothing on that machine could observe it"),
          listeners: z
            .array(
              z.object({
                address: z.string(),
                bind: z.enum(["any", "loopback", "private", "specific"]),
                process: z.string().optional(),
              }),
            )
            .optional(),
        })
        .describe("what the machine of the endpoint reports about itself"),
      seen: z.array(
        z.object({
          vantage: z.string(),
          kind: z.enum(VANTAGE_KINDS),
          state: stateAt.describe("unknown: not scanned in time, or not scanned from there at all"),
          lookedAt: instant.optional(),
          allowed: z
            .boolean()
            .optional()
            .describe("whether the port baseline allows it to be open from there; absent for imports"),
        }),
      ),
      openFrom: z.array(z.string()),
      wrongFrom: z.array(z.string()).describe("vantage points that it is open from without being allowed"),
      unknownFrom: z.array(z.string()),
      summary: z.string(),
    }),
  ),
  omitted: z.int().min(0).describe("endpoints that are not listed"),
});

export type ExposureResult = z.infer<typeof exposureResult>;

export const exposureExample: ExposureResult = {
  schema: "portolan.exposure/1",
  at: "2026-03-14T09:00:00.000Z",
  vantagePoints: [
    { name: "inside", kind: "inside", own: true },
    { name: "outside", kind: "outside", own: false },
  ],
  endpoints: [
    {
      asset: "web-1",
      address: "10.77.0.2",
      transport: "tcp",
      port: 22,
      host: { says: "listening", listeners: [{ address: "0.0.0.0", bind: "any", process: "sshd" }] },
      seen: [
        { vantage: "inside", kind: "inside", state: "open", lookedAt: "2026-03-14T08:55:00.000Z", allowed: true },
        {
          vantage: "outside",
          kind: "outside",
          state: "filtered",
          lookedAt: "2026-03-14T08:50:00.000Z",
          allowed: false,
        },
      ],
      openFrom: ["inside"],
      wrongFrom: [],
      unknownFrom: [],
      summary: "listens on any; open from inside; filtered from outside",
    },
  ],
  omitted: 0,
};

export const exposureOperations = {
  get: defineOperation({
    id: "getExposure",
    method: "GET",
    path: "/api/v1/exposure",
    tag: "record",
    summary: "Show how each vantage point sees an endpoint",
    permission: "record:read",
    query: exposureQuery,
    result: exposureResult,
    example: { query: { at: "2026-03-14T09:00:00Z", port: "22" }, answer: exposureExample },
  }),
  map: defineOperation({
    id: "getExposureMap",
    method: "GET",
    path: "/api/v1/exposure/map",
    tag: "record",
    summary: "Show all addresses by ports at an instant",
    description:
      "A table of addresses by the ports that are open, authorized or required, as each vantage point saw them, with the decision of the port baseline about each open endpoint. An endpoint that was not scanned in time is unknown.",
    permission: "record:read",
    isCompressed: true,
    query: exposureMapQuery,
    result: exposureMapResult,
    example: { query: { at: "2026-03-14T09:00:00Z" }, answer: exposureMapExample },
  }),
  intervals: defineOperation({
    id: "getExposureIntervals",
    method: "GET",
    path: "/api/v1/exposure/intervals",
    tag: "record",
    summary: "Show all addresses by ports during a period",
    description:
      "The same table with each change of a cell, and the times in which it was unknown: enough to show any instant of the period without another request.",
    permission: "record:read",
    isCompressed: true,
    query: exposureIntervalsQuery,
    result: exposureIntervalsResult,
    example: {
      query: { from: "2026-03-13T09:00:00Z", to: "2026-03-14T09:00:00Z" },
      answer: exposureIntervalsExample,
    },
  }),
};
