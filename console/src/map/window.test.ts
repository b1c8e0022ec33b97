import { describe, expect, it } from "vitest";
import type { ExposureIntervalsResult } from "../../../src/contract/index.ts";
import { codeOf, INSECURE } from "./cells.ts";
import { decodeWindow, DIFFERENCES, differencesBetween, foldAt, gapsOf, turnBeside } from "./window.ts";

const START = Date.parse("2026-03-13T09:00:00Z");
const HOUR = 3_600_000;

const answer: ExposureIntervalsResult = {
  schema: "portolan.exposure-intervals/1",
  from: new Date(START).toISOString(),
  to: new Date(START + 10 * HOUR).toISOString(),
  vantagePoints: [{ name: "inside", kind: "inside", own: true }],
  ports: [22, 443, 5432].map((port) => ({ transport: "tcp", port })),
  omittedPorts: 0,
  names: ["dmz"],
  rows: {
    asset: ["web-1", "db-3"],
    declared: [1, 1],
    addresses: ["10.0.0.1", "10.0.0.2"],
    segment: [0, -1],
    systemType: [-1, -1],
    owner: [-1, -1],
  },
  omittedAddresses: 0,
  findings: { id: [7], kind: ["insecure-service"], row: [0], port: [0] },
  times: [0, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 5 * HOUR],
  patterns: ["k2x", "k3"],
  cells: [[0, 1]],
  changes: { vantage: [0, 0, 0, 0], row: [0, 0, 0, 1], port: [0, 0, 0, 2], time: [0, 2, 5, 1], code: "nacw" },
  unknown: { vantage: [0], row: [0], from: [3], to: [4], columns: [0] },
  columnSets: ["0-1"],
  episodes: { finding: [0], from: [1], to: [2] },
};

const held = decodeWindow(answer);
const codesAt = (hours: number) => [...(foldAt(held, START + hours * HOUR).cells[0] ?? [])].map(codeOf).join("");

describe("a window of the record", () => {
  it("folds to each state as of its instant, and never to a later one", () => {
    expect(codesAt(0)).toBe("nkxkkk");
    expect(codesAt(1)).toBe("nkxkkw");
    expect(codesAt(1.99)).toBe("nkxkkw");
    expect(codesAt(2)).toBe("akxkkw");
    expect(codesAt(9)).toBe("ckxkkw");
  });

  it("is unknown in a gap, whatever was known before and after it", () => {
    expect(codesAt(3)).toBe("uuxkkw");
    expect(codesAt(3.5)).toBe("uuxkkw");
    expect(codesAt(4)).toBe("akxkkw");
  });

  it("marks findings only while they were open", () => {
    const cell = (hours: number) => foldAt(held, START + hours * HOUR).cells[0]?.[0] ?? 0;
    expect([0.5, 1.5, 2.5].map((hours) => (cell(hours) & INSECURE) !== 0)).toEqual([false, true, false]);
  });

  it("compares two instants", () => {
    const between = (a: number, b: number) =>
      [...(differencesBetween(foldAt(held, START + a * HOUR), foldAt(held, START + b * HOUR))[0] ?? [])].map(
        (each) => DIFFERENCES[each],
      );
    expect(between(0, 2)).toEqual(["became authorized", "same", "same", "same", "same", "opened"]);
    expect(between(2, 3)).toEqual(["became unknown", "became unknown", "same", "same", "same", "same"]);
    expect(between(3, 4)[0]).toBe("became known");
    expect(between(4, 5)[0]).toBe("closed");
    expect(between(2, 0)[0]).toBe("lost its authorization");
  });

  it("has its gaps and its turns", () => {
    expect(gapsOf(held, 0)).toEqual([{ from: START + 3 * HOUR, to: START + 4 * HOUR, share: 0.5 }]);
    expect(turnBeside(held.turns, START + 2 * HOUR, 1)).toBe(START + 3 * HOUR);
    expect(turnBeside(held.turns, START + 2 * HOUR, -1)).toBe(START + HOUR);
    expect(turnBeside(held.turns, START, -1)).toBeUndefined();
  });
});
