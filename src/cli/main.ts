import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { userName } from "../platform/machine/index.ts";
import type { AppDoor } from "./app-port.ts";
import { reportFailure } from "./failure.ts";
import { createOutputs } from "./outputs.ts";
import { Fault } from "../model/index.ts";
import { programName } from "./program-name.ts";
import { run } from "./run.ts";
import { createStopSignals } from "./signals.ts";
import type { Surroundings } from "./surroundings.ts";

/** Asked in turn whether the process survives an error that nothing caught. */
const survivors = new Set<(problem: unknown) => boolean>();

/** Runs the command line that this process was started with, and sets its exit code. */
export async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const report = (error: unknown): Promise<void> => reportFailure(surroundings, error, argv.includes("--json"));
  const outputs = createOutputs((fault) => void report(fault), process);
  const stderr = outputs.outputOf(process.stderr, "Standard error");
  const stdout = outputs.outputOf(process.stdout, "Standard output");
  const surroundings = processSurroundings(stdout, stderr);
  process.on("uncaughtException", (error) => {
    if ([...survivors].some((survives) => survives(error))) return;
    void report(error).finally(() => process.exit(2));
  });
  process.exitCode = outputs.exitCode(await run(argv, surroundings));
}

function processSurroundings(stdout: Surroundings["stdout"], stderr: Surroundings["stderr"]): Surroundings {
  return {
    version: packageVersion(),
    get program() {
      const [root, directory] = [join(import.meta.dirname, "../.."), process.cwd()];
      return programName({ root, directory, path: process.env["PATH"] ?? "", platform: process.platform });
    },
    env: process.env,
    directory: process.cwd(),
    stdout,
    stderr,
    ask: process.stdin.isTTY ? askOnTerminal : undefined,
    askSecret: process.stdin.isTTY ? (question) => askOnTerminal(question, { echo: false }) : undefined,
    clock: { now: () => Date.now() },
    // Read only when shown: Intl takes a tenth of the time that a command takes to start.
    get timeZone() {
      return Intl.DateTimeFormat().resolvedOptions().timeZone;
    },
    user: userName(),
    hostname: hostname(),
    app: loadApp,
    onStopSignal: createStopSignals(process, () => performance.now()),
    onUncaught: (survives) => {
      survivors.add(survives);
      return () => survivors.delete(survives);
    },
    exitNow: (code) => process.exit(code),
  };
}

/** Loaded late: it brings the database, and `--help` must not wait for one. */
async function loadApp(): Promise<AppDoor> {
  return import("../app.ts");
}

async function askOnTerminal(question: string, { echo } = { echo: true }): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  // Without echo, readline edits a line that it writes nowhere; the terminal itself echoes nothing in raw mode.
  const output = echo ? process.stderr : new Writable({ write: (_chunk, _encoding, done) => done() });
  if (!echo) process.stderr.write(question);
  const asking = createInterface({ input: process.stdin, output, terminal: true });
  // Ctrl-C rejects the question; Ctrl-D only closes the input, and the answer would never come.
  const closed = new Promise<never>((_, reject) => asking.once("close", () => reject(new Error("the input ended"))));
  try {
    return await Promise.race([asking.question(echo ? question : ""), closed]);
  } catch (error) {
    if (echo) process.stderr.write("\n");
    throw new Fault("interrupted", "No answer was given, so nothing was done.", {
      next: "Run the command again; its --help shows the options that answer its questions.",
      cause: error,
    });
  } finally {
    asking.close();
    if (!echo) process.stderr.write("\n");
  }
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as {
    version: string;
  };
  return version;
}
