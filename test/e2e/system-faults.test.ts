// @module-tag long
import type { Command } from "commander";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProgram } from "../../src/cli/run.ts";
import { fakeOperations } from "../fakes/operations.ts";
import { fakeSurroundings } from "../fakes/surroundings.ts";
import { askForDatabases, copyHome } from "../databases.ts";
import { PROGRAM, WATCHING_BRIEFLY } from "./portolan.ts";

const SCOPE = `version: 1
name: here
systemTypes: { s: { cadence: 1h, ports: "22" } }
targets: [{ name: a, addresses: [127.0.0.1], systemType: s }]
`;
/** For required arguments; a command that finds no such thing ends with 2 as well. */
const WORDS: Readonly<Record<string, string>> = { time: "now", t1: "-1h", t2: "now", shell: "bash", number: "1" };
const LASTING = new Set(["demo", "start", "worker", "sensor"]);
const COMMANDS = [["--version"], ["--help"], ...leavesOf(everyCommand())];

/** Command lines of all commands, each with its required arguments. */
function leavesOf(command: Command, path: readonly string[] = []): string[][] {
  const own = command.registeredArguments.filter(({ required }) => required).map((each) => WORDS[each.name()] ?? "x");
  const below = command.commands.flatMap((each) => leavesOf(each, [...path, each.name()]));
  return path.length === 0 || command.commands.length > 0 ? below : [[...path, ...own]];
}

/** Without the words that a title of `it.each` has too many. */
function lineOf(words: readonly unknown[]): string[] {
  return words.filter((word) => typeof word === "string");
}

function everyCommand(): Command {
  const surroundings = fakeSurroundings({ directory: "/", operations: fakeOperations() });
  return createProgram({ surroundings, ends: () => Promise.resolve() }, []);
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe.skipIf(process.platform !== "linux")("a fault of the system (needs Linux: /dev/full)", () => {
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "portolan-faults-"));
    writeFileSync(join(directory, "portolan.yaml"), SCOPE);
    copyHome((await askForDatabases()).templateHome, join(directory, ".portolan"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function begin(shell: string, command: readonly string[]): ChildProcess {
    const { DATABASE_URL: _, PORTOLAN_HOME: __, ...inherited } = process.env;
    const env = { ...inherited, PORTOLAN_PORT: "0" };
    return spawn("bash", ["-c", shell, "bash", ...command], { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
  }
  async function ended(child: ChildProcess): Promise<Ended> {
    let [out, err] = ["", ""];
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, out, err };
  }
  const run = (shell: string, words: readonly string[]): Promise<Ended> =>
    ended(begin(shell, [process.execPath, PROGRAM, ...words]));

  function expectOneError({ err }: Ended): void {
    expect(err.match(/^error: /gm)).toHaveLength(1);
    expect(err).toMatch(/^ {2}next: /m);
    expect(err).not.toMatch(/^\s+at .*:\d+:\d+/m);
  }

  it.each(COMMANDS.filter(([name = ""]) => !LASTING.has(name)))(
    "is exit code 2 and one error if standard output is a full disk: %s %s %s",
    async (...words) => {
      const result = await run('exec "$@" >/dev/full', lineOf(words));
      // A command whose result is a file or nothing has no output that could be lost.
      if (result.code === 0) return expect((await run('exec "$@"', lineOf(words))).out).toBe("");
      expect(result.code).toBe(2);
      expectOneError(result);
    },
  );

  it.each(COMMANDS)("is never a finding if few files may be open: %s %s %s", async (...words) => {
    const result = await run('ulimit -n 40; exec "$@"', lineOf(words));
    // The doctor's result is what it found broken.
    if (result.code === 0 || (words[0] === "doctor" && /^broken /m.test(result.out))) return;
    expect(result.code).toBe(2);
    expectOneError(result);
  });

  it.each([
    ["a full disk", ">/dev/full", "Make room on the disk it is redirected to, and run the command again."],
    ["a file opened to be read", "1</dev/null", "Redirect it to another file or terminal, and run the command again."],
  ])("leads on from %s to a file that can be written", async (_, redirected, next) => {
    const words = ["config", "show"];
    const refused = await run(`exec "$@" ${redirected}`, words);
    expect(refused.code).toBe(2);
    expect(refused.err.replaceAll(/\s+/g, " ")).toContain(next);
    expect((await run('exec "$@" >room.txt', words)).code).toBe(0);
    expect(readFileSync(join(directory, "room.txt"), "utf8")).toBe((await run('exec "$@"', words)).out);
  });

  it.each(["sweep", "status", "start"])(
    "names the limit of open files and the command that raises it: %s",
    async (word) => {
      for (const limit of [30, 64, 128]) {
        const result = await run(`ulimit -n ${limit}; exec "$@"`, [word]);
        expect(result).toMatchObject({ code: 2, out: "" });
        expect(result.err).toContain(`this process may open ${limit}`);
        const raised = /ulimit -n 256(?= )/.exec(result.err)?.[0];
        if (word === "status") expect((await run(`${raised}; exec "$@"`, [word])).code).toBe(0);
      }
    },
  );

  it("is exit code 2 and no stack if it is met before the command line runs", async () => {
    const broken = join(directory, "broken/bin");
    mkdirSync(broken, { recursive: true });
    cpSync(PROGRAM, join(broken, "portolan.js"));
    const result = await ended(begin('exec "$@"', [process.execPath, join(broken, "portolan.js"), "status"]));
    expect(result).toMatchObject({ code: 2, out: "" });
    expectOneError(result);
  });

  it("on standard error alone is exit code 2 too, and the result is complete", async () => {
    const result = await run('exec "$@" 2>/dev/full', ["sweep"]);
    expect(result.code).toBe(2);
    expect(result.out).toMatch(/^Sweep \d+ complete/);
  });

  it("does not include a reader that has seen enough: the exit code stays the command's", async () => {
    const { code, out, err } = await run('"$@" | head -1; exit ${PIPESTATUS[0]}', ["at", "now"]);
    expect({ code, lines: out.split("\n").length, err }).toEqual({ code: 0, lines: 2, err: "" });
  });

  it("does not end the monitoring, and its end has exit code 2", async () => {
    const child = begin('exec "$@" >/dev/full', [...WATCHING_BRIEFLY, "start"]);
    const result = ended(child);
    const said = new Promise<void>((resolve) =>
      child.stderr?.on("data", (text: string) => text.includes("the disk is full") && resolve()),
    );
    await said;
    await expect
      .poll(async () => (await run('exec "$@"', ["status"])).out, { interval: 500 })
      .toContain("none unknown");
    child.kill("SIGTERM");
    expect((await result).code).toBe(2);
  });
});
