import { describe, expect, it } from "vitest";
import { fakeCommandLine } from "../../../test/fakes/command-line.ts";
import { endlessSweep, fakeOperations } from "../../../test/fakes/operations.ts";
import { run } from "../run.ts";

const cli = fakeCommandLine();

describe("Ctrl-C during a sweep", () => {
  it("ends it as a recorded partial, with its result and exit code 3", async () => {
    const around = cli.surroundings({ operations: fakeOperations({ sweeps: { run: endlessSweep() } }) });
    const ended = run(["sweep"], around);
    await expect.poll(() => around.printed.err).toContain("sweep 12: 0 % of 196,605");
    around.signal();
    expect(await ended).toBe(3);
    expect(around.printed.err).toContain("Stopping the sweep");
    expect(around.printed.out).toContain("PARTIAL");
    expect(around.printed.out).toContain("stopped by request");
    expect(around.exits).toEqual([]);
  });

  it("pressed twice leaves at once", async () => {
    const operations = fakeOperations({
      sweeps: {
        run: (_request, hooks) =>
          new Promise(() =>
            hooks.onProgress?.({ sweepId: 1, phase: "scanning", done: 0, planned: 1, open: 0, rate: 0 }),
          ),
      },
    });
    const around = cli.surroundings({ operations });
    void run(["sweep"], around);
    await expect.poll(() => around.printed.err).toContain("sweep 1");
    around.signal();
    expect(around.exits).toEqual([]);
    around.signal();
    expect(around.exits).toEqual([3]);
  });
});
