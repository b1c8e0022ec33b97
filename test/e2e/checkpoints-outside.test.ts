// @module-tag long
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { AgainstResult, StatusResult } from "../../src/contract/index.ts";
import { readRunningServer } from "../../src/server/index.ts";
import { askForDatabases, freshPlace, STORE_KINDS, type Place } from "../databases.ts";
import { PROGRAM } from "./portolan.ts";

const SCOPE = `version: 1
name: outside
systemTypes: { host: { cadence: 1h, ports: "61100-61120" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host, owner: me }]
`;

describe.each(STORE_KINDS)("an older database in place of a newer one, on %s", (kind) => {
  let directory: string;
  let outside: string;
  let place: Place;
  let other: Place;
  let running: ChildProcess | undefined;
  let printed = "";

  const environment = ({ home, databaseUrl }: Place = place) => ({
    ...process.env,
    NO_COLOR: "1",
    PORTOLAN_HOME: home,
    PORTOLAN_PUBLISH_DIRECTORY: outside,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  });

  async function portolan(words: readonly string[], at?: Place): Promise<{ status: number | null; text: string }> {
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: directory, env: environment(at) });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (data: string) => (text += data));
    }
    const [status] = (await once(child, "close")) as [number | null];
    return { status, text: text.replaceAll(/\s+/g, " ") };
  }

  function start(): void {
    printed = "";
    const child = spawn(process.execPath, [PROGRAM, "start", "--port", "0"], { cwd: directory, env: environment() });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (data: string) => (printed = (printed + data).replaceAll(/\s+/g, " ")));
    }
    running = child;
  }

  async function stop(): Promise<void> {
    running?.kill("SIGTERM");
    if (running?.exitCode === null) await once(running, "close");
    running = undefined;
  }

  const published = (): string[] =>
    readdirSync(outside, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".txt"));

  async function administer(...statements: readonly string[]): Promise<void> {
    const { adminUrl } = await askForDatabases();
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    for (const statement of statements) await admin.query(statement);
    await admin.end();
  }
  const nameOf = ({ databaseUrl = "" }: Place): string => new URL(databaseUrl).pathname.slice(1);

  /** A copy of the database as it is now, and what puts it in place. */
  async function copied(): Promise<() => Promise<void>> {
    if (kind === "embedded") {
      cpSync(join(place.home, "data"), join(directory, "older"), { recursive: true });
      return () => {
        rmSync(join(place.home, "data"), { recursive: true });
        cpSync(join(directory, "older"), join(place.home, "data"), { recursive: true });
        return Promise.resolve();
      };
    }
    const name = nameOf(place);
    await administer(`CREATE DATABASE ${name}_older TEMPLATE ${name}`);
    return () => administer(`DROP DATABASE ${name} WITH (FORCE)`, `ALTER DATABASE ${name}_older RENAME TO ${name}`);
  }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "portolan-outside-"));
    outside = join(directory, "outside");
    mkdirSync(outside);
    writeFileSync(join(directory, "portolan.yaml"), SCOPE);
    place = await freshPlace(kind);
    other = await freshPlace(kind);
    expect((await portolan(["sweep"])).status).toBe(0);
    const putBack = await copied();
    expect((await portolan(["sweep"])).status).toBe(0);
    expect((await portolan(["evidence", "checkpoint"])).status).toBe(0);
    start();
    await vi.waitFor(() => expect(published()).not.toHaveLength(0), { timeout: 60_000, interval: 200 });
    await stop();
    await putBack();
    rmSync(join(place.home, "checkpoints"), { recursive: true });
  }, 240_000);

  afterAll(async () => {
    running?.kill("SIGKILL");
    await place.remove();
    await other.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  it("is reported at the next start, which serves and records nothing", async () => {
    start();
    await expect.poll(() => printed, { timeout: 60_000 }).toMatch(/NOTHING IS MONITORED AND NOTHING IS RECORDED/);
    expect(printed).toMatch(/This database is an earlier state of the log/);
    const server = await readRunningServer(place.home);
    expect((await fetch(`${server?.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${server?.url}/healthz`)).status).toBe(200);
    const status = JSON.parse((await portolan(["status", "--json"])).text) as StatusResult;
    expect(status.held).toMatchObject({ verdict: "rolled-back" });
    const refused = await portolan(["sweep"]);
    expect(refused.status).toBe(2);
    expect(refused.text).toContain("Put the newer database back.");
    expect((JSON.parse((await portolan(["status", "--json"])).text) as StatusResult).log.size).toBe(status.log.size);
    await stop();
  }, 120_000);

  it("is told apart by evidence verify --against, which exits 1", async () => {
    const { status, text } = await portolan(["evidence", "verify", "--against", outside]);
    expect(status).toBe(1);
    expect(text).toMatch(/ROLLED BACK: .* earlier state .*outside.*\.txt/);
    expect((await portolan(["evidence", "verify"])).status).toBe(0);
  }, 60_000);

  it("continues after a backup of it was restored, with an entry that says what was lost", async () => {
    const file = join(directory, "older.backup");
    expect((await portolan(["backup", "-o", file])).status).toBe(0);
    cpSync(join(place.home, "keys"), join(other.home, "keys"), { recursive: true });
    if (kind === "embedded") rmSync(join(other.home, "data"), { recursive: true, force: true });
    const restored = await portolan(["restore", file], other);
    expect(restored.text).toMatch(/Lost: entries \d+ to \d+/);
    expect(restored.status).toBe(0);
    expect((await portolan(["sweep"], other)).status).toBe(0);
    const compared = await portolan(["evidence", "verify", "--against", outside, "--json"], other);
    expect(compared.status).toBe(0);
    const result = JSON.parse(compared.text) as AgainstResult;
    expect(result).toMatchObject({ ok: true, lost: [{ generation: 2 }] });
    expect(new Set(result.found.map(({ verdict }) => verdict))).toEqual(new Set(["superseded"]));
  }, 120_000);
});
