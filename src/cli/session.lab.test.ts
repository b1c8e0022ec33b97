import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeCommandLine } from "../../test/fakes/command-line.ts";
import { fakeOperations } from "../../test/fakes/operations.ts";
import type * as contract from "../contract/index.ts";
import { Fault } from "../model/index.ts";
import { startServer } from "../server/index.ts";
import type { AppDoor } from "./app-port.ts";
import { run } from "./run.ts";

const cli = fakeCommandLine();
const now = Date.parse("2026-03-14T09:00:00Z");

describe("next to a running server", () => {
  const serve = (operations: contract.ServerOperations) =>
    startServer({
      operations,
      home: join(cli.directory, ".portolan"),
      version: "0.0.0",
      port: 0,
      clock: { now: () => now },
      onUnexpected: () => undefined,
    });

  it("a command uses its API instead of opening the record", async () => {
    const behind = fakeOperations();
    const server = await serve(behind);
    const around = cli.surroundings();
    expect(await run(["findings"], around)).toBe(1);
    expect(around.opened.ever).toBe(0);
    expect(behind.calls.map(({ operation }) => operation)).toEqual(["status.get", "findings.list"]);
    await server.stop();
  });

  it("a command with DATABASE_URL opens that database", async () => {
    const behind = fakeOperations();
    const server = await serve(behind);
    const around = cli.surroundings({ env: { DATABASE_URL: "postgres://db.internal/portolan" } });
    expect(await run(["findings"], around)).toBe(1);
    expect(around.opened.ever).toBe(1);
    expect(behind.calls).toEqual([]);
    await server.stop();
  });

  it("a second start names process and URL", async () => {
    const server = await serve(fakeOperations());
    const around = cli.surroundings();
    expect(await run(["start", "--port", "0"], around)).toBe(2);
    expect(around.printed.err).toContain(server.url);
    expect(around.printed.err).toContain(`kill ${process.pid}`);
    await server.stop();
  });

  it("a restore is refused, and leads on to an empty home", async () => {
    const server = await serve(fakeOperations());
    await writeFile(join(cli.directory, "a.backup"), "a backup");
    const restored: string[] = [];
    const restoreRecord: AppDoor["restoreRecord"] = ({ home }) => {
      restored.push(home);
      return Promise.reject(new Fault("interrupted", "enough for this test", { next: "Read on." }));
    };
    const refused = cli.surroundings({ door: { restoreRecord } });
    expect(await run(["restore", "a.backup"], refused)).toBe(2);
    expect(refused.printed.err).toContain("Set PORTOLAN_HOME to an empty directory.");
    const empty = join(cli.directory, "empty");
    await run(["restore", "a.backup"], cli.surroundings({ door: { restoreRecord }, env: { PORTOLAN_HOME: empty } }));
    expect(restored).toEqual([empty]);
    await server.stop();
  });

  it("a stale server.json has no effect", async () => {
    await mkdir(join(cli.directory, ".portolan"), { mode: 0o700 });
    const left = { url: "http://127.0.0.1:1", pid: process.pid, startedAt: "2026-03-14T08:00:00Z" };
    await writeFile(join(cli.directory, ".portolan", "server.json"), JSON.stringify(left));
    await writeFile(join(cli.directory, ".portolan", "token"), "t".repeat(43), { mode: 0o600 });
    const around = cli.surroundings();
    expect(await run(["status"], around)).toBe(0);
    expect(around.opened).toEqual({ now: 0, ever: 1 });
  });

  it("a locked record names the process and URL of server.json", async () => {
    await mkdir(join(cli.directory, ".portolan"), { mode: 0o700 });
    const left = { url: "http://127.0.0.1:1", pid: process.pid, startedAt: "2026-03-14T08:00:00Z" };
    await writeFile(join(cli.directory, ".portolan", "server.json"), JSON.stringify(left));
    const locked = () =>
      Promise.reject(new Fault("store-locked", "Another process holds the record.", { next: "Use its API." }));
    const around = cli.surroundings({ door: { createApp: locked } });
    expect(await run(["status"], around)).toBe(2);
    expect(around.printed.err).toContain(`process ${process.pid}`);
    expect(around.printed.err).toContain("http://127.0.0.1:1");
  });
});
