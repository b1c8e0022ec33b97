import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeOperations } from "../../test/fakes/operations.ts";
import { fakeSurroundings } from "../../test/fakes/surroundings.ts";
import { run } from "./run.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "portolan-stopped-"));
});
afterEach(() => rm(directory, { recursive: true }));

describe("Ctrl-C in the middle of a file", () => {
  it.each([
    ["backup", ["backup", "-o", "x.backup"]],
    ["findings export", ["findings", "--format", "csv", "-o", "x.csv"]],
  ])("of %s leaves nothing behind, and says so", async (_, argv) => {
    let stop = (): void => undefined;
    async function* content(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("the first half");
      stop();
      yield await Promise.resolve(Buffer.from("the second half"));
    }
    const operations = fakeOperations({
      backup: { make: content },
      findings: { export: () => Promise.resolve({ fileName: "x", findings: 1, open: 1, content: content() }) },
    });
    const around = fakeSurroundings({ directory, operations });
    const stoppable = {
      ...around,
      onStopSignal: (handler: (signal: "SIGINT") => void) => {
        stop = () => handler("SIGINT");
        return () => undefined;
      },
    };
    expect(await run(argv, stoppable)).toBe(2);
    expect(around.printed.err).toMatch(/was stopped: x\.\w+ was not written\./);
    expect(await readdir(directory)).toEqual([]);
  });
});
