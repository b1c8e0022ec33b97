import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { closingReporter } from "./test/house/closing-lines.ts";
import { FILES, PROJECTS } from "./test/projects.ts";
import { WaitingFirst } from "./test/sequence.ts";

// Programs that tests start, and the packages that tests load, are compiled once: with the program's own (bin/portolan.js).
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, "node_modules/.cache/portolan");
// Where it is glibc's (glibc manual, "Memory Allocation Tunables"): a tenth of the work of a command is faulting pages in.
process.env["GLIBC_TUNABLES"] ??= "glibc.malloc.hugetlb=1";

export default defineConfig({
  test: {
    globalSetup: ["test/global-setup.ts"],
    projects: PROJECTS.map((name) => ({
      extends: true as const,
      test: { name, ...FILES[name], setupFiles: name === "pure" ? ["test/refuse-outside.ts"] : [] },
    })),
    // A worker that takes one file of a project after the other loads the program once. So a file leaves nothing behind.
    isolate: false,
    tags: [{ name: "long", description: "takes a second or more of a processor: npm run test:pure leaves it out" }],
    sequence: { sequencer: WaitingFirst },
    // Most of the time is spent waiting: for sockets, for databases, for windows to pass.
    maxWorkers: 3,
    // Listeners that accept and say nothing take seconds to be asked in vain: a test that is about it turns it on.
    env: { PORTOLAN_IDENTIFY: "off" },
    testTimeout: 30_000,
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 60_000,
    reporters: ["default", closingReporter((line) => process.stdout.write(`${line}\n`))],
  },
});
