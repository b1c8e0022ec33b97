import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SweepResult } from "../../src/contract/index.ts";
import { freshPlace, type Place } from "../databases.ts";
import { PROGRAM } from "./portolan.ts";

/** 127.0.0.1 without a limit would be finished before anybody presses a key; more of 127/8 keeps a sweep busy. */
const SCOPE = `version: 1
name: interrupted
systemTypes: { host: { cadence: 1h } }
targets: [{ name: here, addresses: [127.0.0.1-127.0.0.9], systemType: host }]
`;

let directory: string;
let place: Place;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "portolan-interrupt-"));
  await writeFile(join(directory, "portolan.yaml"), SCOPE);
  place = await freshPlace("embedded");
});

afterAll(async () => {
  await place.remove();
  await rm(directory, { recursive: true, force: true });
});

it("records a sweep ended by Ctrl-C as partial, with the results so far, and exits 3", async () => {
  const child = spawn(process.execPath, [PROGRAM, "sweep", "--json"], {
    cwd: directory,
    env: { ...process.env, PORTOLAN_HOME: place.home },
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (data: string) => (text += data));
  let interrupted = false;
  child.stderr.setEncoding("utf8").on("data", (line: string) => {
    if (interrupted || !/sweep 1: \d+ %/.test(line)) return;
    interrupted = true;
    child.kill("SIGINT");
  });
  const [status] = (await once(child, "close")) as [number | null];
  const { sweep } = JSON.parse(text) as SweepResult;
  expect(sweep.verdict).toBe("partial");
  expect(sweep.reason).toMatch(/of 589815 endpoints were not probed/);
  expect(sweep.counts?.["not-scanned"]).toBeGreaterThan(0);
  expect(Object.values(sweep.counts ?? {}).reduce((a, b) => a + b, 0)).toBe(589_815);
  expect(status).toBe(3);
}, 60_000);

const hasScript = spawnSync("sh", ["-c", "script --version"]).status === 0;

describe.skipIf(!hasScript)("Ctrl-C at a question of portolan init (needs script of util-linux: a terminal)", () => {
  const QUESTIONS = ["Name of the system boundary", "Targets", "Interval of full sweeps"];

  it.each(QUESTIONS.map((question, at) => [question, at] as const))("writes nothing: %s", async (_, at) => {
    const empty = await mkdtemp(join(tmpdir(), "portolan-interrupt-"));
    const { PORTOLAN_HOME: _home, DATABASE_URL: _url, ...env } = process.env;
    const terminal = spawn("sh", ["-c", `exec script -qec "'${process.execPath}' '${PROGRAM}' init" /dev/null`], {
      cwd: empty,
      env,
    });
    let [shown, answered] = ["", 0];
    terminal.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
      const question = QUESTIONS[answered];
      if (question === undefined || !new RegExp(`${question}.*\\]: `).test(shown)) return;
      // The key itself, as a terminal sends it.
      terminal.stdin.write(answered === at ? "\x03" : "\r");
      answered += 1;
    });
    const [status] = (await once(terminal, "close")) as [number | null];
    expect(answered, shown).toBe(at + 1);
    expect(status, shown).toBe(2);
    expect(shown).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(await readdir(empty)).toEqual([]);
    await rm(empty, { recursive: true });
  });
});
