import { describe, expect, it } from "vitest";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import { fakeSurroundings } from "../../../test/fakes/surroundings.ts";
import { run } from "../run.ts";

async function exposure(...argv: readonly string[]) {
  const operations = fakeOperations();
  const around = fakeSurroundings({ operations, directory: import.meta.dirname });
  const code = await run(["exposure", ...argv], around);
  return { code, ...around.printed, calls: operations.calls };
}

describe("exposure map", () => {
  it("counts the cells of each segment and vantage point, and returns 1 for an open port that is not authorized", async () => {
    const { code, out, calls } = await exposure("map", "--at", "2026-03-14T09:00:00Z");
    expect(code).toBe(1);
    expect(calls).toEqual([
      expect.objectContaining({ operation: "exposure.map", argument: { at: Date.parse("2026-03-14T09:00:00Z") } }),
    ]);
    expect(out).toContain("2 rows of addresses by 3 ports");
    const lines = out.split("\n").map((line) => line.trim().split(/\s{2,}/));
    // Inside: web-1 is aax, db-3 is aca. Outside: fax and ucw.
    expect(lines.filter(([group]) => group === "dmz")).toEqual([
      ["dmz", "1", "2", "0", "0", "0"],
      ["dmz", "1", "1", "0", "0", "0"],
    ]);
    expect(lines.filter(([group]) => group === "data")).toEqual([
      ["data", "1", "2", "0", "0", "0"],
      ["data", "1", "0", "1", "0", "1"],
    ]);
    expect(out.split("\n").every((line) => line.length <= 80)).toBe(true);
  });

  it("groups by owner, and prints the whole answer as JSON", async () => {
    expect((await exposure("map", "--by", "owner")).out).toContain("team-data");
    const { out } = await exposure("map", "--json");
    expect(JSON.parse(out)).toMatchObject({
      schema: "portolan.exposure-map/1",
      patterns: ["a2x", "aca", "fax", "ucw"],
    });
  });
});

describe("exposure intervals", () => {
  it("counts what opened during the period, and how often something was unknown", async () => {
    const { code, out, calls } = await exposure(
      "intervals",
      "--from",
      "2026-03-13T09:00:00Z",
      "--to",
      "2026-03-14T09:00:00Z",
    );
    expect(code).toBe(0);
    expect(calls[0]).toMatchObject({ operation: "exposure.intervals" });
    const lines = out.split("\n").map((line) => line.trim().split(/\s{2,}/));
    expect(lines).toContainEqual(["inside", "2", "0", "0"]);
    expect(lines).toContainEqual(["outside", "1", "0", "1"]);
  });
});
