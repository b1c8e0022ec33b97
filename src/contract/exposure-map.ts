import { z } from "zod";
import { DEVIATION_KINDS, VANTAGE_KINDS } from "../model/index.ts";
import { boundSince, instant, instantParam, name, port, prunedField, resultOf, transport } from "./fields.ts";

/** What one cell says: a state, and for an open endpoint the decision of the port baseline. One letter each. */
export const CELL_CODES = {
  a: "open, authorized",
  n: "open, not authorized",
  e: "open, its authorization has expired",
  w: "open, authorized for other vantage points only",
  p: "open, no port baseline decides about it",
  c: "closed",
  f: "filtered",
  s: "no response",
  r: "unreachable",
  k: "known and not open: closed, filtered or silent",
  u: "unknown: required, and nobody looked in time",
  x: "unknown: not required of this system type, and nobody looked",
} as const;
export type CellCode = keyof typeof CELL_CODES;

const meanings = Object.entries(CELL_CODES)
  .map(([code, words]) => `${code} ${words}`)
  .join("; ");
const index = z.int().min(0);

/** The axes, in both answers: columns of a table whose lines are the rows of the map. */
const axes = {
  boundSince,
  pruned: prunedField,
  vantagePoints: z.array(z.object({ name: z.string(), kind: z.enum(VANTAGE_KINDS), own: z.boolean() })),
  ports: z.array(z.object({ transport, port })).describe("the columns, by transport and port"),
  omittedPorts: index.describe("ports that are open somewhere and have no column"),
  names: z.array(z.string()).describe("segments, system types and owners; rows name them by index"),
  rows: z
    .object({
      asset: z.array(z.string()),
      declared: z
        .array(z.union([z.literal(0), z.literal(1)]))
        .describe("0: undeclared hosts of the target of this name"),
      addresses: z.array(z.string()).describe("an address, or a range that is seen alike and where nothing is open"),
      segment: z.array(z.int().min(-1)).describe("index into names; -1: none"),
      systemType: z.array(z.int().min(-1)),
      owner: z.array(z.int().min(-1)),
    })
    .describe("one array per field, all of the same length"),
  omittedAddresses: index.describe("addresses that have no row"),
  findings: z
    .object({
      id: z.array(z.int().min(1)),
      kind: z.array(z.enum(DEVIATION_KINDS)),
      row: z.array(index),
      port: z.array(index).describe("index into ports"),
    })
    .describe("findings about single endpoints that were open; one array per field"),
};

const runs = z
  .string()
  .regex(/^(?:[acefknprsuwx]\d{0,5})*$/)
  .describe("the codes of all columns in order, each followed by how many of them there are, where that is not 1");

export const exposureMapQuery = z.strictObject({ at: instantParam });

export const exposureMapResult = resultOf("exposure-map", {
  at: instant,
  scopeVersion: z.int().min(1).optional(),
  baselineVersion: z.int().min(1).optional().describe("of the port baseline in force; absent: none was"),
  ...axes,
  patterns: z.array(runs).describe(`distinct rows of cells, such as c67a1c12n. ${meanings}`),
  cells: z.array(z.array(index)).describe("for each vantage point, the pattern of each row"),
});

export const exposureIntervalsQuery = z.strictObject({
  from: instantParam.optional().describe("absent: when the record began"),
  to: instantParam,
  asset: name.optional().describe("only the addresses of this asset; absent: all"),
});

export const exposureIntervalsResult = resultOf("exposure-intervals", {
  from: instant,
  to: instant,
  ...axes,
  times: z.array(index).describe("milliseconds after from, ascending; the columns below name them by index"),
  patterns: z.array(runs).describe(`the cells of a row as long as nothing else is stated. ${meanings}`),
  cells: z.array(z.array(index)).describe("for each vantage point, the pattern of each row"),
  changes: z
    .object({
      vantage: z.array(index),
      row: z.array(index),
      port: z.array(index),
      time: z.array(index),
      code: z.string().describe("a code for each change"),
    })
    .describe("from its time on, the cell has this code, until the next change of the cell; by cell, then time"),
  unknown: z
    .object({
      vantage: z.array(index),
      row: z.array(index),
      from: z.array(index),
      to: z.array(index),
      columns: z.array(index).describe("index into columnSets"),
    })
    .describe(
      "when these columns of the row were unknown, whatever the changes say. Observations of a sweep count from its end, so a new state may be unknown here until then",
    ),
  columnSets: z.array(z.string()).describe("columns as 0-4,9"),
  episodes: z
    .object({
      finding: z.array(index).describe("index into findings"),
      from: z.array(index),
      to: z.array(z.int().min(-1)),
    })
    .describe("when each finding was open; to is -1 for one that was still open at the end"),
});

export type ExposureMapResult = z.infer<typeof exposureMapResult>;
export type ExposureIntervalsResult = z.infer<typeof exposureIntervalsResult>;

const exampleAxes = {
  vantagePoints: [
    { name: "inside", kind: "inside" as const, own: true },
    { name: "outside", kind: "outside" as const, own: false },
  ],
  ports: [
    { transport: "tcp" as const, port: 22 },
    { transport: "tcp" as const, port: 443 },
    { transport: "tcp" as const, port: 5432 },
  ],
  omittedPorts: 0,
  names: ["data", "database", "dmz", "team-data", "team-web", "web"],
  rows: {
    asset: ["web-1", "db-3"],
    declared: [1, 1] as (0 | 1)[],
    addresses: ["10.77.0.2", "10.77.0.5"],
    segment: [2, 0],
    systemType: [5, 1],
    owner: [4, 3],
  },
  omittedAddresses: 0,
  findings: { id: [7], kind: ["wrong-exposure" as const], row: [1], port: [2] },
};

export const exposureMapExample: ExposureMapResult = {
  schema: "portolan.exposure-map/1",
  at: "2026-03-14T09:00:00.000Z",
  scopeVersion: 3,
  baselineVersion: 2,
  ...exampleAxes,
  patterns: ["a2x", "aca", "fax", "ucw"],
  cells: [
    [0, 1],
    [2, 3],
  ],
};

export const exposureIntervalsExample: ExposureIntervalsResult = {
  schema: "portolan.exposure-intervals/1",
  from: "2026-03-13T09:00:00.000Z",
  to: "2026-03-14T09:00:00.000Z",
  ...exampleAxes,
  times: [0, 3_600_000, 7_200_000],
  patterns: ["k2x", "k3"],
  cells: [
    [0, 1],
    [0, 1],
  ],
  changes: { vantage: [0, 0, 1], row: [0, 1, 1], port: [1, 2, 2], time: [0, 1, 2], code: "aaw" },
  unknown: { vantage: [1], row: [0], from: [1], to: [2], columns: [0] },
  columnSets: ["0-1"],
  episodes: { finding: [0], from: [2], to: [-1] },
};
