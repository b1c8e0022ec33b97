import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeOperations } from "../../../test/fakes/operations.ts";
import { fakeSurroundings } from "../../../test/fakes/surroundings.ts";
import { doctorResult } from "../../contract/index.ts";
import { Fault } from "../../model/index.ts";
import type { AppDoor } from "../app-port.ts";
import { diagnose } from "../commands/doctor.ts";
import { run } from "../run.ts";
import type { Machine } from "./check.ts";
import { checkVantagePoints } from "./vantage-checks.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "portolan-doctor-"));
});
afterEach(() => rm(directory, { recursive: true }));

function machine(overrides: Partial<Machine> = {}): Machine {
  const files: Record<string, string> = {
    "/proc/self/limits": "Limit   Soft Limit  Hard Limit  Units\nMax open files            1048576   1048576   files\n",
  };
  return {
    platform: "linux",
    nodeVersion: "24.21.0",
    readText: (path) => Promise.resolve(files[path]),
    output: (program) => Promise.resolve(program === "timedatectl" ? "yes\n" : undefined),
    find: () => Promise.resolve(undefined),
    clocks: () => ({ wall: 0, monotonic: 0 }),
    pause: () => Promise.resolve(),
    ...overrides,
  };
}

async function verdicts(given: Machine, door: Partial<AppDoor> = {}, env: Record<string, string> = {}) {
  const around = fakeSurroundings({ directory, operations: fakeOperations(), door, env });
  const result = await diagnose(around, given);
  expect(around.opened.now).toBe(0);
  return Object.fromEntries(result.checks.map((check) => [check.name, check]));
}

describe("doctor", () => {
  it("reports a healthy machine as ok", async () => {
    const checks = await verdicts(machine());
    expect(Object.values(checks).map(({ verdict }) => verdict)).toEqual(Array(8).fill("ok"));
  });

  it.each([
    ["node", machine({ nodeVersion: "20.20.2" }), "broken"],
    [
      "file descriptors",
      machine({ readText: () => Promise.resolve("Max open files            256     4096    files") }),
      "limited",
    ],
    [
      "file descriptors",
      machine({ readText: () => Promise.resolve("Max open files            64     4096    files") }),
      "broken",
    ],
    ["clock", machine({ output: () => Promise.resolve("no\n") }), "limited"],
  ] as const)("%s: %#", async (name, given, verdict) => {
    const check = (await verdicts(given))[name];
    expect(check).toMatchObject({ verdict });
    expect(check?.fix).toBeTruthy();
  });

  it("reports unknown where it cannot tell, not ok", async () => {
    const checks = await verdicts(
      machine({ output: () => Promise.resolve(undefined), readText: () => Promise.resolve(undefined) }),
    );
    for (const name of ["clock", "file descriptors"]) {
      expect(checks[name]).toMatchObject({ verdict: "limited", detail: expect.stringContaining("unknown") as string });
    }
  });

  it("detects a clock that jumps", async () => {
    const readings = [
      { wall: 0, monotonic: 0 },
      { wall: 3_600_250, monotonic: 250 },
    ];
    const checks = await verdicts(machine({ clocks: () => readings.shift() ?? { wall: 0, monotonic: 0 } }));
    expect(checks["clock"]).toMatchObject({
      verdict: "limited",
      detail: expect.stringContaining("3600000 ms") as string,
    });
  });

  it("reports why the faster engine is not available", async () => {
    const checks = await verdicts(machine(), {
      describeEngine: () => Promise.resolve({ name: "connect-portable", note: "no epoll here" }),
    });
    expect(checks["engine"]).toMatchObject({ verdict: "limited", detail: "no epoll here" });
  });

  it("names the capability to grant for raw packets, and only for those", async () => {
    const grant = "sudo setcap cap_net_raw+ep /opt/node";
    const checks = await verdicts(machine(), {
      describeEngine: () => Promise.resolve({ name: "connect", note: "syn is not possible", grant }),
    });
    expect(checks["engine"]).toMatchObject({ verdict: "ok" });
    expect(checks["raw sockets"]).toMatchObject({ verdict: "limited", fix: expect.stringContaining(grant) as string });
  });

  it("creates nothing", async () => {
    const checks = await verdicts(machine());
    expect(checks["database"]?.detail).toContain("will be created");
    expect(checks["home directory"]?.detail).toContain("will be created");
  });

  it("repeats the fault of the database, with the next step", async () => {
    const down = () =>
      Promise.reject(new Fault("store-unavailable", "db.internal:5432 refused the connection.", { next: "Start it." }));
    const checks = await verdicts(
      machine(),
      { createApp: down },
      { DATABASE_URL: "postgres://u:secret@db.internal/portolan" },
    );
    expect(checks["database"]).toEqual({
      name: "database",
      verdict: "broken",
      detail: "db.internal:5432 refused the connection.",
      fix: "Start it.",
    });
  });

  it("names the workers of each vantage point, and those without any", () => {
    const seenAt = "2026-03-14T12:00:00.000Z";
    const worker = { id: 1, kind: "worker", machine: "edge", pid: 7, joinedAt: seenAt, seenAt, skew: 0 } as const;
    const point = { kind: "inside" as const, targets: 1, overdue: [], workers: [] };
    const inside = { ...point, name: "inside", own: true, lastWorked: seenAt, workers: [worker] };
    expect(checkVantagePoints([inside])).toEqual([]);
    const alone = { ...inside, workers: [] };
    const elsewhere = { ...point, name: "x", own: false, workers: [worker] };
    expect(checkVantagePoints([alone, elsewhere], { pid: 9 })[0]).toMatchObject({
      verdict: "ok",
      detail: expect.stringContaining("this installation (process 9)"),
    });
    expect(checkVantagePoints([alone, elsewhere])[0]).toMatchObject({
      verdict: "limited",
      fix: expect.stringContaining("portolan start"),
    });
    expect(checkVantagePoints([inside, { ...point, name: "other side", own: false, overdue: ["dmz"] }])).toEqual([
      { name: "vantage inside", verdict: "ok", detail: expect.stringContaining("edge (process 7), last seen 2026") },
      {
        name: "vantage other side",
        verdict: "limited",
        detail: "no worker; no sweep from there yet; overdue: dmz",
        fix: expect.stringContaining("portolan worker --vantage 'other side'"),
      },
    ]);
  });

  it("detects a home that is a file, or open to other users", async () => {
    await writeFile(join(directory, "home"), "");
    expect((await verdicts(machine(), {}, { PORTOLAN_HOME: "home" }))["home directory"]).toMatchObject({
      verdict: "broken",
    });
    await mkdir(join(directory, "wide"));
    await chmod(join(directory, "wide"), 0o755);
    expect((await verdicts(machine(), {}, { PORTOLAN_HOME: "wide" }))["home directory"]).toMatchObject({
      verdict: "limited",
      fix: expect.stringContaining("chmod 700") as string,
    });
  });

  it("on this machine prints one document of the contract, and exits with 2 if something is broken", async () => {
    await writeFile(join(directory, "home"), "");
    const around = fakeSurroundings({
      directory,
      operations: fakeOperations(),
      env: { PORTOLAN_HOME: "home", PATH: process.env["PATH"] ?? "" },
    });
    expect(await run(["doctor", "--json"], around)).toBe(2);
    expect(doctorResult.parse(JSON.parse(around.printed.out)).checks.length).toBe(8);
  });
});
