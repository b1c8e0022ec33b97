import { describe, expect, it } from "vitest";
import { createProgress, progressText } from "./progress.ts";

const step = { sweepId: 12, phase: "scanning", done: 45_000, planned: 100_000, open: 3, rate: 1_000 } as const;

describe("progressText", () => {
  it("shows progress, speed, time left, and the open ports so far", () => {
    expect(progressText([step])).toBe("sweep 12: 45 % of 100,000, 1,000/s, 55 s left, 3 open so far");
    expect(progressText([{ ...step, done: 99_999, rate: 0 }])).toBe("sweep 12: 99 % of 100,000, 0/s, 3 open so far");
    expect(progressText([{ ...step, resumedFrom: 37_900 }])).toMatch(/^sweep 12 \(resumed at 37 %\): 45 % /);
    expect(progressText([{ ...step, phase: "confirming" }])).toContain("second probe");
    expect(progressText([{ ...step, phase: "recording" }])).toContain("recording");
  });

  it("adds up the sweeps that are scanning at the same time", () => {
    const other = { ...step, sweepId: 13, done: 5_000, planned: 100_000, open: 1, rate: 4_000 };
    const over = { ...step, sweepId: 14, phase: "recording", done: 10, planned: 10, open: 2, rate: 0 } as const;
    expect(progressText([step, other, over])).toBe("3 sweeps: 25 % of 200,000, 5,000/s, 30 s left, 6 open so far");
  });
});

describe("createProgress", () => {
  it("prints a plain line every five seconds without a terminal", () => {
    const clock = { at: 0, now: () => clock.at };
    let text = "";
    const progress = createProgress({ write: (more) => void (text += more), isTerminal: false, columns: 80 }, clock);
    for (clock.at = 0; clock.at <= 11_000; clock.at += 500) progress.update([{ ...step, done: clock.at }]);
    progress.end();
    expect(
      text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => /(\d+) %/.exec(line)?.[1]),
    ).toEqual(["0", "5", "10"]);
    expect(text).not.toContain("\u001b");
  });

  it("redraws one line on a terminal, never wider than it, and clears it at the end", () => {
    const clock = { at: 0, now: () => clock.at };
    const writes: string[] = [];
    const progress = createProgress({ write: (more) => void writes.push(more), isTerminal: true, columns: 30 }, clock);
    progress.update([step]);
    clock.at = 50;
    progress.update([step]);
    clock.at = 200;
    progress.update([step]);
    progress.end();
    expect(writes).toHaveLength(3);
    expect(writes[0]).toBe("\r\u001b[2Ksweep 12: 45 % of 100,000, 1,");
    expect(writes[2]).toBe("\r\u001b[2K");
  });
});
