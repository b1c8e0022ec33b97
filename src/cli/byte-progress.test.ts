import { describe, expect, it } from "vitest";
import { createByteProgress, sizeText } from "./byte-progress.ts";

async function drawn(isTerminal: boolean, step: number, total?: number): Promise<string> {
  let text = "";
  let now = 0;
  const output = { write: (more: string) => void (text += more), isTerminal, columns: 60 };
  const progress = createByteProgress(output, { now: () => now }, "reading", total);
  async function* content() {
    for (let chunk = 0; chunk < 4; chunk += 1) {
      now += step;
      yield await Promise.resolve(new Uint8Array(250_000));
    }
  }
  let passed = 0;
  for await (const chunk of progress.through(content())) passed += chunk.length;
  progress.end();
  expect(passed).toBe(1_000_000);
  return text;
}

describe("progress by bytes", () => {
  it("is a plain line every five seconds without a terminal", async () => {
    expect(await drawn(false, 2_600, 1_000_000)).toBe(
      "reading: 500.0 kB of 1.0 MB, 50 %\nreading: 1.0 MB of 1.0 MB, 100 %\n",
    );
  });

  it("is one line redrawn in place on a terminal, and removed at the end", async () => {
    const text = await drawn(true, 200);
    expect(text).toContain("\r\u001b[2Kreading: 750.0 kB");
    expect(text.endsWith("reading: 1.0 MB\r\u001b[2K")).toBe(true);
    expect(text).not.toContain("\n");
  });

  it("shows nothing for work that takes only a moment", async () => {
    expect(await drawn(false, 1)).toBe("");
    expect(await drawn(true, 1)).toBe("");
  });

  it("shows sizes in powers of a thousand", () => {
    expect([0, 999, 1_000, 3_452, 12_345_678, 9e15].map(sizeText)).toEqual([
      ...["0 bytes", "999 bytes", "1.0 kB", "3.5 kB", "12.3 MB", "9000.0 TB"],
    ]);
  });
});
