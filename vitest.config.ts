import { defineConfig } from "vitest/config";
import { closingReporter } from "./test/house/closing-lines.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    // A file's leftovers (sockets, timers, handles of the C library) end with its worker.
    isolate: true,
    // Most of the time is spent waiting: for sockets, for databases, for windows to pass.
    maxWorkers: 3,
    // Listeners that accept and say nothing take seconds to be asked in vain: a test that is about it turns it on.
    env: { PORTOLAN_IDENTIFY: "off" },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ["default", closingReporter((line) => process.stdout.write(`${line}\n`))],
  },
});
