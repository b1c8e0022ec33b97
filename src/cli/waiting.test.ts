import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Output } from "./surroundings.ts";
import { beginWaiting, showWaiting } from "./waiting.ts";

function output(isTerminal: boolean): Output & { readonly written: string[] } {
  const written: string[] = [];
  return { isTerminal, columns: 40, written, write: (text: string) => void written.push(text) };
}

describe("work that takes long", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const worked = async (stderr: Output, seconds: number): Promise<string> => {
    const clock = { now: () => Date.now() };
    const work = new Promise<string>((resolve) => setTimeout(() => resolve("done"), seconds * 1_000 + 1));
    const waiting = showWaiting({ stderr, clock }, "Approving port-baseline.yaml", work);
    await vi.advanceTimersByTimeAsync(seconds * 1_000 + 1);
    return await waiting;
  };

  it("shows its seconds on a terminal, in one line that goes with it", async () => {
    const stderr = output(true);
    expect(await worked(stderr, 2)).toBe("done");
    expect(stderr.written).toEqual([
      "\r\u001b[2KApproving port-baseline.yaml: 1 s",
      "\r\u001b[2KApproving port-baseline.yaml: 2 s",
      "\r\u001b[2K",
    ]);
  });

  it("writes a line every five seconds elsewhere, and none if it is quick", async () => {
    const [slow, quick] = [output(false), output(false)];
    await worked(slow, 11);
    await worked(quick, 4);
    expect(slow.written).toEqual(["Approving port-baseline.yaml: 5 s\n", "Approving port-baseline.yaml: 10 s\n"]);
    expect(quick.written).toEqual([]);
  });

  it("shows one line for a request within such work", async () => {
    const stderr = output(true);
    const clock = { now: () => Date.now() };
    const end = beginWaiting({ stderr, clock }, "Approving");
    const inner = beginWaiting({ stderr, clock }, "Waiting for the server");
    await vi.advanceTimersByTimeAsync(1_000);
    inner();
    end();
    expect(stderr.written).toEqual(["\r\u001b[2KApproving: 1 s", "\r\u001b[2K"]);
  });

  it("stops when the work fails", async () => {
    const stderr = output(true);
    const clock = { now: () => Date.now() };
    await expect(showWaiting({ stderr, clock }, "x", Promise.reject(new Error("no")))).rejects.toThrow("no");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(stderr.written).toEqual([]);
  });
});
