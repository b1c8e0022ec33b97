import { describe, expect, it } from "vitest";
import type { ExposureMapResult } from "../../../src/contract/index.ts";
import { arrange } from "./arrange.ts";
import { decodeMap, patternBytes, wordsOf } from "./cells.ts";
import { parseFilter } from "./filter.ts";

const answer: ExposureMapResult = {
  schema: "portolan.exposure-map/1",
  at: "2026-03-14T09:00:00.000Z",
  vantagePoints: [
    { name: "inside", kind: "inside", own: true },
    { name: "internet", kind: "outside", own: false },
  ],
  ports: [
    { transport: "tcp", port: 22 },
    { transport: "tcp", port: 5432 },
    { transport: "udp", port: 53 },
  ],
  omittedPorts: 0,
  names: ["dmz", "data", "team web"],
  rows: {
    asset: ["web-10", "web-2", "dmz"],
    declared: [1, 1, 0],
    addresses: ["10.0.0.10", "10.0.0.2", "10.0.0.9"],
    segment: [0, 1, 0],
    systemType: [-1, -1, -1],
    owner: [2, -1, -1],
  },
  omittedAddresses: 0,
  findings: { id: [4], kind: ["outdated-service"], row: [1], port: [1] },
  patterns: ["acu", "cax", "n2x", "cwu", "u2x"],
  cells: [
    [0, 1, 2],
    [0, 3, 4],
  ],
};
const map = decodeMap(answer);
const show = (text: string, group: "none" | "segment" = "none", chosen = [0]) =>
  arrange(map, parseFilter(text), group, chosen);
const rowsOf = (text: string) => [...show(text).lines].map((row) => answer.rows.addresses[row]);

describe("arrange", () => {
  it("sorts rows by name, with numbers as numbers", () => {
    expect(rowsOf("")).toEqual(["10.0.0.9", "10.0.0.2", "10.0.0.10"]);
  });

  it("has a heading before the rows of each group", () => {
    const { lines, groups } = show("", "segment");
    expect(groups.map(({ name, rows }) => [name, rows])).toEqual([
      ["data", 1],
      ["dmz", 2],
    ]);
    expect([...lines]).toEqual([-1, 1, -2, 2, 0]);
  });

  it.each([
    ["port:5432 open", ["10.0.0.9", "10.0.0.2"]],
    ["port:5432 open !authorized", ["10.0.0.9"]],
    ["unauthorized", ["10.0.0.9"]],
    ["shadow", ["10.0.0.9"]],
    ["!shadow web", ["10.0.0.2", "10.0.0.10"]],
    ["insecure", ["10.0.0.2"]],
    ['owner:"team web"', ["10.0.0.10"]],
    ["segment:dmz port:udp/53 unknown required", ["10.0.0.10"]],
    ["port:5432 open from:internet !authorized", ["10.0.0.2"]],
    ["from:outside unknown required port:22", ["10.0.0.9"]],
    ["nothing-has-this-name", []],
  ])("keeps the rows that %s is true of", (text, expected) => {
    expect(rowsOf(text)).toEqual(expected);
  });

  it("keeps only columns with a match, where states are asked for", () => {
    expect([...show("open").columns]).toEqual([0, 1]);
    expect([...show("").columns]).toEqual([0, 1, 2]);
    expect([...show("port:22").columns]).toEqual([0]);
  });

  it("shows the chosen vantage points, or those that the filter names", () => {
    expect(show("", "none", [0, 1]).vantages).toEqual([0, 1]);
    expect(show("from:internet").vantages).toEqual([1]);
    expect(show("!from:internet", "none", [0, 1]).vantages).toEqual([0]);
  });

  it("reads patterns, and says in words what a cell is", () => {
    expect([...patternBytes("c2an", 4)]).toHaveLength(4);
    expect(wordsOf(map.cells[0]?.[4] ?? 0)).toBe("open, authorized, insecure or outdated service");
    expect(wordsOf(map.cells[1]?.[4] ?? 0)).toBe("open, not authorized from here, insecure or outdated service");
    expect(wordsOf(map.cells[0]?.[2] ?? 0)).toMatch(/^unknown/);
  });
});
