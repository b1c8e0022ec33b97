import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as app from "../../src/app.ts";
import { run } from "../../src/cli/run.ts";
import type { StatusResult } from "../../src/contract/index.ts";
import { askForDatabases, copyHome, freshPlace } from "../databases.ts";
import { fakeOperations } from "../fakes/operations.ts";
import { fakeSurroundings } from "../fakes/surroundings.ts";
import { WATCHING_BRIEFLY } from "./portolan.ts";

const SCOPE = `version: 1
name: two places
vantagePoints:
  - { name: outside, kind: outside, targets: [lan] }
systemTypes: { s: { cadence: 1h, ports: "1" } }
targets: [{ name: lan, addresses: [127.0.1.0/26], systemType: s, undeclared: allow }]
`;

describe("following the next step of a server or a worker", { tags: ["long"] }, () => {
  let directory: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-serving-"));
    await writeFile(join(directory, "portolan.yaml"), SCOPE);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(directory, { recursive: true });
  });

  function around(env: Readonly<Record<string, string>> = {}) {
    const clock = { now: () => Date.now() };
    return { ...fakeSurroundings({ directory, operations: fakeOperations(), door: app, env }), clock };
  }
  async function portolan(argv: readonly string[], env?: Readonly<Record<string, string>>) {
    const surroundings = around(env);
    const code = await run(argv, surroundings);
    return { code, out: surroundings.printed.out, err: surroundings.printed.err.replaceAll(/\s+/g, " ") };
  }
  async function refused(next: string, argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<void> {
    const { code, err } = await portolan(argv, env);
    expect(code, err).toBe(2);
    expect(err).toContain(next);
  }
  /** Runs until it says so, then stops it. */
  async function lasts(says: string, argv: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
    const surroundings = around(env);
    const { printed } = surroundings;
    const ended = run(argv, surroundings);
    await expect.poll(() => printed.out + printed.err, { timeout: 20_000 }).toContain(says);
    surroundings.signal();
    expect(await ended, printed.err).toBe(0);
  }

  it("starts a worker once its database is named and has a scope", { timeout: 60_000 }, async () => {
    const place = await freshPlace("postgresql");
    const there = { DATABASE_URL: place.databaseUrl ?? "" };
    const worker = ["worker", "--vantage", "outside"];
    await refused("Set DATABASE_URL to the database that portolan start uses.", worker);
    await refused("Run portolan start with this DATABASE_URL in the directory of portolan.yaml", worker, there);
    await lasts("Sweeping", ["start", "--port", "0"], there);
    await lasts("Sweeping for outside: ", worker, there);
    await place.remove();
  });

  it("finds the sweep of a server that was killed", { timeout: 60_000 }, async () => {
    copyHome((await askForDatabases()).templateHome, join(directory, ".portolan"));
    const server = spawn(WATCHING_BRIEFLY[0], [...WATCHING_BRIEFLY.slice(1), "start", "--port", "0"], {
      cwd: directory,
    });
    children.push(server);
    let said = "";
    server.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    server.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    await expect.poll(() => said, { timeout: 30_000 }).toContain("Sweeping");
    // Millions of ports, to be killed among.
    const sweep = portolan(["sweep", "lan", "-p", "-"]);
    const mine = async () => {
      const { out } = await portolan(["status", "--json"]);
      return (JSON.parse(out) as StatusResult).running.filter(({ kind }) => kind === "requested");
    };
    await expect.poll(mine, { timeout: 30_000, interval: 300 }).toHaveLength(1);
    server.kill("SIGKILL");
    await once(server, "close");
    const { code, err } = await sweep;
    expect(code).toBe(2);
    expect(err).toContain("Run `portolan status`: the sweep is recorded up to where it got, or it resumes");
    const status = await portolan(["status"]);
    expect(status.code, status.err).not.toBe(2);
    expect(await mine()).toHaveLength(1);
  });
});
