import { describe, expect, it } from "vitest";
import { untimed } from "./gaps.ts";

const HOUR = 3_600_000;
const hours = (...values: number[]): number[] => values.map((value) => value * HOUR);

/** Entries at these hours; a timestamp is [entries covered, hour]. */
function gaps(entries: number[], timestamps: [number, number][], now: number) {
  const recorded = hours(...entries);
  return untimed(
    timestamps.map(([size, at]) => ({ size, at: at * HOUR })),
    (index) => Promise.resolve(recorded[index]),
    now * HOUR,
  ).then((found) => found.map(({ from, until }) => [from / HOUR, until === undefined ? "now" : until / HOUR]));
}

describe("times without a timestamp", () => {
  it("are none while each hour has one", async () => {
    expect(
      await gaps(
        [0, 1, 2, 3],
        [
          [1, 0.5],
          [2, 1.5],
          [3, 2.5],
          [4, 3.5],
        ],
        4,
      ),
    ).toEqual([]);
  });

  it("begin with the first entry that waits, and end with the timestamp that covers it", async () => {
    expect(
      await gaps(
        [0, 9, 10, 11, 17],
        [
          [1, 0.5],
          [4, 17.1],
          [5, 17.9],
        ],
        18,
      ),
    ).toEqual([[9, 17.1]]);
  });

  it("last while the authority is away", async () => {
    expect(await gaps([0, 9, 10], [[1, 0.5]], 17)).toEqual([[9, "now"]]);
    expect(await gaps([0, 9, 10], [[1, 0.5]], 10.9)).toEqual([]);
  });

  it("are none while nothing is recorded", async () => {
    expect(
      await gaps(
        [0, 48],
        [
          [1, 0.5],
          [2, 48.5],
        ],
        49,
      ),
    ).toEqual([]);
  });

  it("include the time before the first timestamp", async () => {
    expect(await gaps([0, 5], [[2, 6]], 6)).toEqual([[0, 6]]);
  });

  it("are not made by a timestamp of a smaller checkpoint that came later", async () => {
    expect(
      await gaps(
        [0, 0.5, 1],
        [
          [3, 1.5],
          [1, 30],
        ],
        31,
      ),
    ).toEqual([]);
  });
});
