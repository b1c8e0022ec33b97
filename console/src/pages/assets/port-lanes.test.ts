import { expect, it } from "vitest";
import { exposureIntervalsExample } from "../../../../src/contract/exposure-map.ts";
import type { ExposureIntervalsResult } from "../../../../src/contract/index.ts";
import { portLanes } from "./port-lanes.ts";

const DAY = Date.parse("2026-03-14T00:00:00Z");
const HOUR = 36e5;

const INTERVALS: ExposureIntervalsResult = {
  ...exposureIntervalsExample,
  from: "2026-03-14T00:00:00.000Z",
  to: "2026-03-15T00:00:00.000Z",
  ports: [22, 80, 443].map((port) => ({ transport: "tcp" as const, port })),
  rows: { ...exposureIntervalsExample.rows, addresses: ["10.0.0.1"], asset: ["web-1"] },
  times: [0, 6 * HOUR, 12 * HOUR, 18 * HOUR],
  changes: { vantage: [0, 0, 0, 1], row: [0, 0, 0, 0], port: [0, 0, 1, 2], time: [1, 3, 0, 0], code: "ncca" },
  unknown: { vantage: [0], row: [0], from: [2], to: [3], columns: [0] },
  columnSets: ["0-1"],
};

it("draws what was open from one vantage point, with unknown over it", () => {
  const lanes = portLanes(INTERVALS, "inside");
  expect(lanes.map(({ label }) => label)).toEqual(["tcp/22"]);
  expect(lanes[0]?.spans.map(({ from, to, kind }) => [(from - DAY) / HOUR, (to - DAY) / HOUR, kind])).toEqual([
    [0, 6, "closed"],
    [6, 18, "bad"],
    [18, 24, "closed"],
    [12, 18, "unknown"],
  ]);
});

it("draws nothing for a vantage point that saw nothing open", () => {
  expect(portLanes(INTERVALS, "elsewhere")).toEqual([]);
});
