import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Machine } from "./check.ts";

const PATIENCE = 5_000;

/** The machine that Portolan runs on. */
export function thisMachine(env: Readonly<Record<string, string | undefined>>): Machine {
  return {
    platform: process.platform,
    nodeVersion: process.versions.node,
    readText: (path) => readFile(path, "utf8").catch(() => undefined),
    output: (program, args) =>
      new Promise((resolve) => {
        execFile(program, [...args], { timeout: PATIENCE, encoding: "utf8" }, (error, stdout) =>
          resolve(error === null ? stdout : undefined),
        );
      }),
    async find(program) {
      for (const directory of (env["PATH"] ?? "").split(delimiter)) {
        const path = join(directory, program);
        const there =
          directory !== "" &&
          (await access(path, constants.X_OK).then(
            () => true,
            () => false,
          ));
        if (there) return path;
      }
      return undefined;
    },
    clocks: () => ({ wall: Date.now(), monotonic: performance.now() }),
    pause: async (milliseconds) => {
      await pause(milliseconds);
    },
  };
}
