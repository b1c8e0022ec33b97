import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAM } from "./portolan.ts";

const run = promisify(execFile);
const { DATABASE_URL: _, PORTOLAN_HOME: __, ...inherited } = process.env;
const env = { ...inherited, NO_COLOR: "1" };

interface Told {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("portolan demo", () => {
  let directory: string;
  let made: Told;

  async function portolan(cwd: string, ...words: string[]): Promise<Told> {
    try {
      const { stdout, stderr } = await run(process.execPath, [PROGRAM, ...words], { cwd, env, maxBuffer: 64e6 });
      return { status: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { status: code, stdout, stderr };
    }
  }
  function begin(cwd: string, ...words: string[]): { process: ChildProcess; said(): string; ended: Promise<unknown> } {
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (data) => (text += data));
    return { process: child, said: () => text.replaceAll(/\s+/g, " "), ended: once(child, "close") };
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-demo-"));
    made = await portolan(directory, "demo", "story", "--no-serve");
  }, 900_000);
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it("makes a record in a folder of its own that verifies, with every row as its entries state it", async () => {
    expect(made.stderr).toContain("48 hosts");
    expect(made.status).toBe(0);
    const { status, stdout } = await portolan(join(directory, "story"), "evidence", "verify", "--answers", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, answers: { compared: true, bound: "from the beginning" } });
    expect(status).toBe(0);
  });

  it("tells a story: a forgotten database, an undeclared server, an outage that two people answer for", async () => {
    const story = join(directory, "story");
    const { stdout } = await portolan(story, "findings", "--json");
    const open = (JSON.parse(stdout) as { findings: { kind: string; summary: string }[] }).findings;
    expect(open.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["unauthorized-open", "insecure-service", "authorization-expired", "undeclared-asset"]),
    );
    expect(open.some(({ summary }) => /27017.*app-07/.test(summary))).toBe(true);
    const gaps = await portolan(story, "gaps", "--from", "-60d");
    expect(gaps.stdout.replaceAll(/\s+/g, " ")).toMatch(
      /by Ada Lovelace .*moved to another rack.*signed off by Grace Hopper/,
    );
    const { stdout: history } = await portolan(story, "baseline", "history");
    expect(history).toMatch(/Katherine Johnson/);
  });

  it("sends nothing: its own scope is refused, and so is one that somebody edits into it", async () => {
    const story = join(directory, "story");
    const refused = await portolan(story, "sweep");
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringMatching(/synthetic-record/) });
    const file = join(story, "portolan.yaml");
    const before = await readFile(file, "utf8");
    const own = 'targets:\n  - { name: own, addresses: ["127.0.0.1"], systemType: server }';
    await writeFile(file, before.replace("targets:", own));
    expect((await portolan(story, "sweep", "127.0.0.1")).stderr).toMatch(/synthetic-record/);
    await writeFile(file, before);
  });

  it("is labelled in commands, exports and the bundle", async () => {
    const story = join(directory, "story");
    expect((await portolan(story, "status")).stdout).toMatch(/SYNTHETIC/);
    expect((await portolan(story, "at", "now")).stderr).toMatch(/Synthetic record/);
    for (const format of ["csv", "cef", "slack", "html"]) {
      expect((await portolan(story, "findings", "--format", format)).stdout, format).toMatch(/Synthetic record/);
    }
    const exported = await portolan(story, "evidence", "export", "--from", "-3d", "-o", "bundle");
    expect(exported.status).toBe(0);
    expect(await readFile(join(story, "bundle/readme.txt"), "utf8")).toMatch(/Synthetic record/);
    expect(await readFile(join(story, "bundle/index.html"), "utf8")).toMatch(/Synthetic record/);
    const { stdout } = await run(process.execPath, ["verify.mjs", "."], { cwd: join(story, "bundle") });
    expect(stdout).toMatch(/^SYNTHETIC RECORD: .*Consistent with itself/);
  }, 120_000);

  it("is served without monitoring, under a label that the server writes on every page", async () => {
    const server = begin(directory, "demo", "story", "--port", "0");
    try {
      await expect.poll(server.said, { timeout: 60_000 }).toMatch(/Console http/);
      expect(server.said()).toMatch(/Nothing is scanned or monitored/);
      const [, url = ""] = /Console (http:\S+)/.exec(server.said()) ?? [];
      for (const page of ["/", "/findings", "/evidence", "/sign-in", "/account"]) {
        const response = await fetch(`${url}${page}`);
        expect(await response.text(), page).toMatch(/<p class="synthetic"/);
        expect(response.headers.get("portolan-record")).toBe("synthetic");
      }
    } finally {
      server.process.kill("SIGTERM");
      await server.ended;
    }
  }, 90_000);

  it("ends where Ctrl-C stops it, with a record that is whole", async () => {
    const cut = begin(directory, "demo", "cut");
    await expect.poll(cut.said, { timeout: 90_000, interval: 20 }).toMatch(/Simulating: \S+, \d+ %/);
    cut.process.kill("SIGINT");
    await cut.ended;
    expect(cut.process.exitCode).toBe(0);
    expect(cut.said()).toMatch(/stopped before its end/);
    const { stdout } = await portolan(join(directory, "cut"), "evidence", "verify", "--answers", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  }, 150_000);

  it("touches no folder that somebody uses", async () => {
    const own = join(directory, "own");
    await portolan(directory, "demo", "story", "--until", "tomorrow").then(({ stderr }) =>
      expect(stderr).toMatch(/not an instant of the past/),
    );
    await run("mkdir", [own]);
    await portolan(own, "init", "--yes");
    const before = await readFile(join(own, "portolan.yaml"), "utf8");
    const refused = await portolan(directory, "demo", "own", "--no-serve");
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringMatching(/has a folder of its own/) });
    expect(await readFile(join(own, "portolan.yaml"), "utf8")).toBe(before);
  });
});
