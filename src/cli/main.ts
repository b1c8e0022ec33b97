import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { AppDoor } from "./app-port.ts";
import { run } from "./run.ts";
import { createStopSignals } from "./signals.ts";
import type { Output, Surroundings } from "./surroundings.ts";

/** Runs the command line that this process was started with, and sets its exit code. */
export async function main(): Promise<void> {
  // A reader that has seen enough (`portolan at now | head`) closes the pipe. That is not an error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
  process.exitCode = await run(process.argv.slice(2), processSurroundings());
}

function processSurroundings(): Surroundings {
  return {
    version: packageVersion(),
    env: process.env,
    directory: process.cwd(),
    stdout: Object.assign(outputOf(process.stdout), {
      writeBytes: (bytes: Uint8Array) => void process.stdout.write(bytes),
    }),
    stderr: outputOf(process.stderr),
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
    exitNow: (code) => process.exit(code),
  };
}

/** Loaded late: it brings the database, and `--help` must not wait for one. */
async function loadApp(): Promise<AppDoor> {
  return import("../app.ts");
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY,
    get columns() {
      return stream.columns ?? 80;
    },
  };
}

async function askOnTerminal(question: string, { echo } = { echo: true }): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  // Without echo, readline edits a line that it writes nowhere; the terminal itself echoes nothing in raw mode.
  const output = echo ? process.stderr : new Writable({ write: (_chunk, _encoding, done) => done() });
  if (!echo) process.stderr.write(question);
  const asking = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await asking.question(echo ? question : "");
  } finally {
    asking.close();
    if (!echo) process.stderr.write("\n");
  }
}

/** In a container, the user may have a number without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as {
    version: string;
  };
  return version;
}
