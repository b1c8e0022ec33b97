import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createWaitingLine } from "./waiting-line.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function waited(isTerminal: boolean, milliseconds: number): string {
  let text = "";
  const output = { isTerminal, columns: 80, write: (part: string) => void (text += part) };
  const end = createWaitingLine(output)();
  vi.advanceTimersByTime(milliseconds);
  end();
  vi.advanceTimersByTime(10_000);
  return text;
}

it("draws nothing for a request that takes less than a second, nor where nobody looks", () => {
  expect(waited(true, 900)).toBe("");
  expect(waited(false, 9_000)).toBe("");
});

it("draws one line a second, and clears it at the end", () => {
  expect(waited(true, 2_500)).toBe(
    "\r\u001b[2KWaiting for the server: 1 s\r\u001b[2KWaiting for the server: 2 s\r\u001b[2K",
  );
});
