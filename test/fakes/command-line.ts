import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { fakeOperations } from "./operations.ts";
import { fakeSurroundings, type FakeSettings, type FakeSurroundings } from "./surroundings.ts";

/** The command line, in a directory of its own for each test of a file. */
export interface FakeCommandLine {
  readonly directory: string;
  surroundings(
    settings?: Partial<FakeSettings>,
  ): FakeSurroundings & { readonly operations: ReturnType<typeof fakeOperations> };
}

export function fakeCommandLine(): FakeCommandLine {
  let directory = "";
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-cli-"));
  });
  afterEach(() => rm(directory, { recursive: true }));
  return {
    get directory() {
      return directory;
    },
    surroundings(settings = {}) {
      const operations = fakeOperations();
      return { ...fakeSurroundings({ directory, operations, ...settings }), operations };
    },
  };
}
