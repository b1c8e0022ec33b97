import { expect, it } from "vitest";
import { createLogProgress } from "./log-progress.ts";

function drawn(isTerminal: boolean, reports: readonly [at: number, done: number][]): string {
  let [text, now] = ["", 0];
  const output = { isTerminal, columns: 80, write: (part: string) => void (text += part) };
  const progress = createLogProgress(output, { now: () => now });
  for (const [at, done] of reports) {
    now = at;
    progress(done, 4_000);
  }
  return text;
}

it("draws nothing for work that takes less than a second", () => {
  expect(
    drawn(true, [
      [0, 1_000],
      [900, 3_000],
      [950, 4_000],
    ]),
  ).toBe("");
});

it("draws one line on a terminal, and clears it at the end", () => {
  expect(
    drawn(true, [
      [0, 1_000],
      [1_100, 2_000],
      [1_150, 2_500],
      [1_300, 3_000],
      [2_000, 4_000],
    ]),
  ).toBe(
    "\r\u001b[2KReading the evidence log: 2,000 of 4,000 entries, 50 %" +
      "\r\u001b[2KReading the evidence log: 3,000 of 4,000 entries, 75 %\r\u001b[2K",
  );
});

it("writes a plain line every five seconds elsewhere", () => {
  expect(
    drawn(false, [
      [0, 1_000],
      [4_000, 2_000],
      [5_000, 3_000],
      [6_000, 3_500],
      [7_000, 4_000],
    ]),
  ).toBe("Reading the evidence log: 3,000 of 4,000 entries, 75 %\n");
});
