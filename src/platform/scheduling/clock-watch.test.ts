import { describe, expect, it } from "vitest";
import { clockEvents, type ClockReading } from "./clock-watch.ts";

const start: ClockReading = { wall: 1_000_000, monotonic: 500, boot: 700 };

function later(wall: number, monotonic: number, boot?: number): ClockReading {
  return {
    wall: start.wall + wall,
    monotonic: start.monotonic + monotonic,
    boot: boot === undefined ? undefined : (start.boot ?? 0) + boot,
  };
}

describe("watching the clock", () => {
  it("reports nothing while the clocks agree, even if a tick is late or NTP slews", () => {
    expect(clockEvents(start, later(1_000, 1_000, 1_000))).toEqual([]);
    expect(clockEvents(start, later(60_500, 60_000, 60_000))).toEqual([]);
  });

  it("detects sleep by boot time running ahead of monotonic time", () => {
    expect(clockEvents(start, later(3_600_000, 1_000, 3_600_000))).toMatchObject([
      { cause: "suspended", during: { from: 1_000_000, to: 4_600_000 } },
    ]);
  });

  it("detects a clock set forward, and the skipped stretch", () => {
    expect(clockEvents(start, later(61_000, 1_000, 1_000))).toMatchObject([
      { cause: "clock-forward", during: { from: 1_001_000, to: 1_061_000 } },
    ]);
  });

  it("detects a clock set back, and the repeated stretch", () => {
    expect(clockEvents(start, later(-59_000, 1_000, 1_000))).toMatchObject([
      { cause: "clock-back", during: { from: 941_000, to: 1_001_000 } },
    ]);
  });

  it("detects both when the clock was set during sleep", () => {
    const events = clockEvents(start, later(30_000, 1_000, 90_000));
    expect(events.map(({ cause }) => cause)).toEqual(["suspended", "clock-back"]);
  });

  it("takes the cautious reading where there is no boot clock", () => {
    const without = { ...start, boot: undefined };
    expect(clockEvents(without, later(61_000, 1_000))).toMatchObject([{ cause: "suspended" }]);
    expect(clockEvents(without, later(-61_000, 1_000))).toMatchObject([{ cause: "clock-back" }]);
  });
});
