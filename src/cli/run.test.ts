import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endlessSweep, fakeOperations } from "../../test/fakes/operations.ts";
import { fakePeople } from "../../test/fakes/people.ts";
import * as results from "../../test/fakes/results.ts";
import { fakeSurroundings, type FakeSettings, type FakeSurroundings } from "../../test/fakes/surroundings.ts";
import * as contract from "../contract/index.ts";
import { Fault } from "../model/index.ts";
import { startServer } from "../server/index.ts";
import { run } from "./run.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "portolan-cli-"));
});
afterEach(() => rm(directory, { recursive: true }));

function surroundings(
  settings: Partial<FakeSettings> = {},
): FakeSurroundings & { operations: ReturnType<typeof fakeOperations> } {
  const operations = fakeOperations();
  return { ...fakeSurroundings({ directory, operations, ...settings }), operations };
}

const now = Date.parse("2026-03-14T09:00:00Z");
const SCAN = join(import.meta.dirname, "../../test/fixtures/scans/naabu.jsonl");

describe("each command asks what it was told to ask, and ends with the exit code of its answer", () => {
  it.each([
    [["status"], 0, ["status", undefined]],
    [["at", "now"], 0, ["at", { at: now, asset: undefined, vantage: undefined }]],
    [
      ["at", "-1h", "--asset", "web-1", "--vantage", "outside"],
      0,
      ["at", { at: now - 3_600_000, asset: "web-1", vantage: "outside" }],
    ],
    [["diff", "-1d", "now"], 1, ["diff", { from: now - 86_400_000, to: now, vantage: undefined }]],
    [
      ["gaps", "--from", "-7d"],
      0,
      ["gaps", { from: now - 604_800_000, to: now, asset: undefined, vantage: undefined }],
    ],
    [["findings"], 1, ["findings", { status: ["new", "unchanged", "regressed"] }]],
    [["findings", "--all"], 1, ["findings", { status: undefined }]],
    [["findings", "--status", "new,regressed"], 1, ["findings", { status: ["new", "regressed"] }]],
    [["baseline", "show"], 0, ["baseline", undefined]],
    [["evidence", "verify"], 0, ["verifyEvidence", undefined]],
    [["evidence", "checkpoint"], 0, ["checkpoint", undefined]],
    [["sensors"], 1, ["sensors", undefined]],
    [
      ["sensors", "enrol", "web-2", "--valid", "15m"],
      0,
      ["inviteSensor", { name: "web-2", validFor: 900_000, requestedBy: "jane" }],
    ],
    [
      ["sensors", "revoke", "web-1", "--reason", "sold"],
      0,
      ["revokeSensor", { name: "web-1", reason: "sold", requestedBy: "jane" }],
    ],
    [
      ["sweep", "web-1", "10.77.0.0/28", "-p", "-", "--rate", "500", "--engine", "connect"],
      1,
      ["sweep", { targets: ["web-1", "10.77.0.0/28"], ports: "-", engine: "connect", rate: 500, requestedBy: "jane" }],
    ],
    [
      ["import", SCAN, "--vantage", "outside", "--ports", "1-100", "--targets", "dmz", "10.0.0.0/8"],
      0,
      [
        "importFile",
        {
          file: SCAN,
          format: "auto",
          vantage: "outside",
          ports: "1-100",
          targets: ["dmz", "10.0.0.0/8"],
          requestedBy: "jane",
          content: readFileSync(SCAN, "utf8"),
        },
      ],
    ],
  ] as const)("%j ends with %i", async (argv, code, [operation, argument]) => {
    const around = surroundings();
    expect(await run(argv, around)).toBe(code);
    expect(around.operations.calls).toEqual([{ operation, argument }]);
    expect(around.printed.out).not.toBe("");
    expect(around.opened).toEqual({ now: 0, ever: 1 });
  });
});

describe("people", () => {
  it.each([
    [
      ["users", "invite", "Ada@Example.com", "--name", "Ada"],
      ["invite", { email: "ada@example.com", name: "Ada", roles: [] }],
    ],
    [
      ["users", "roles", "x@audit.example", "auditor@2026-03-01..2026-03-31"],
      [
        "setRoles",
        "x@audit.example",
        [{ role: "auditor", from: "2026-03-01T00:00:00.000Z", to: "2026-04-01T00:00:00.000Z" }],
      ],
    ],
    [
      ["users", "roles", "u1", "engineer", "approver@..2026-03-31T12:00:00+01:00"],
      ["setRoles", "u1", [{ role: "engineer" }, { role: "approver", to: "2026-03-31T11:00:00.000Z" }]],
    ],
    [
      ["users", "roles", "u1", "--none"],
      ["setRoles", "u1", []],
    ],
    [
      ["users", "disable", "u1"],
      ["setDisabled", "u1", true],
    ],
    [
      ["users", "enable", "u1"],
      ["setDisabled", "u1", false],
    ],
    [
      ["keys", "make", "--user", "a@b.ch", "--name", "ci", "--days", "30", "--allow", "record:read", "sweep:run"],
      ["makeKey", { user: "a@b.ch", name: "ci", days: 30, permissions: ["record:read", "sweep:run"] }],
    ],
    [
      ["keys", "list"],
      ["keys", { all: true }],
    ],
    [
      ["sessions", "list"],
      ["sessions", { all: true }],
    ],
    [
      ["sessions", "revoke", "s1"],
      ["revokeSession", "s1"],
    ],
  ] as const)("%j asks what it was told to", async (argv, [asked, ...given]) => {
    const calls: unknown[] = [];
    const people = new Proxy(fakePeople(), {
      get:
        (fake, name: keyof contract.People) =>
        (...values: unknown[]) => {
          calls.push([name, ...values]);
          return (fake[name] as (...all: unknown[]) => unknown)(...values);
        },
    });
    const around = surroundings({ operations: fakeOperations({ people }) });
    expect(await run(argv, around)).toBe(0);
    expect(calls).toEqual([[asked, ...given]]);
    expect(around.opened).toEqual({ now: 0, ever: 1 });
  });
});

describe("exit codes", () => {
  const sweepWith = (change: Partial<contract.SweepResult["sweep"]>, findings: contract.FindingView[]) =>
    fakeOperations({
      sweep: () => Promise.resolve({ ...results.sweep, sweep: { ...results.sweep.sweep, ...change }, findings }),
    });
  it.each([
    ["a complete sweep without findings", ["sweep"], sweepWith({}, []), 0],
    ["a coverage gap counts as a deviation", ["sweep"], sweepWith({}, [results.silence]), 1],
    ["partial goes before deviations", ["sweep"], sweepWith({ verdict: "partial" }, [results.telnet]), 3],
    ["untrusted goes before deviations", ["sweep"], sweepWith({ verdict: "untrusted" }, [results.telnet]), 3],
    [
      "no open findings",
      ["findings"],
      fakeOperations({ findings: () => Promise.resolve({ ...results.findings, findings: [] }) }),
      0,
    ],
    [
      "resolved findings alone",
      ["findings", "--all"],
      fakeOperations({ findings: () => Promise.resolve({ ...results.findings, findings: [results.resolvedFtp] }) }),
      0,
    ],
    [
      "nothing changed",
      ["diff", "-1h", "now"],
      fakeOperations({ diff: () => Promise.resolve({ ...results.diff, changes: [], otherChanges: [] }) }),
      0,
    ],
    [
      "a log that does not verify",
      ["evidence", "verify"],
      fakeOperations({
        verifyEvidence: () =>
          Promise.resolve({ ...results.verified, ok: false, problems: [{ entry: 3, problem: "hash" }] }),
      }),
      1,
    ],
    [
      "an import of a file that is not whole",
      ["import", SCAN],
      fakeOperations({
        importFile: () =>
          Promise.resolve({ ...results.imported, sweep: { ...results.imported.sweep, verdict: "partial" } }),
      }),
      3,
    ],
    ["an import of a file that is not there", ["import", "no-such-file.xml"], fakeOperations(), 2],
    ["an import of a directory", ["import", "."], fakeOperations(), 2],
    [
      "a fault",
      ["sweep"],
      fakeOperations({ sweep: () => Promise.reject(new Fault("target-refused", "no", { next: "ask" })) }),
      2,
    ],
  ] as const)("%s", async (_name, argv, operations, code) => {
    const around = surroundings({ operations });
    expect(await run(argv, around)).toBe(code);
    expect(around.opened.now).toBe(0);
  });
});

describe("--json", () => {
  it.each([
    [["status"], contract.statusResult, results.status],
    [["at", "now"], contract.atResult, results.at],
    [["diff", "-1h", "now"], contract.diffResult, results.diff],
    [["gaps", "--from", "-1h"], contract.gapsResult, results.gaps],
    [["findings"], contract.findingsResult, results.findings],
    [["sweep"], contract.sweepResult, results.sweep],
    [["import", SCAN], contract.importResult, results.imported],
    [["baseline", "show"], contract.baselineResult, results.baseline],
    [["baseline", "propose"], contract.proposalResult, results.proposal],
    [["evidence", "verify"], contract.verifyResult, results.verified],
    [["evidence", "checkpoint"], contract.checkpointResult, results.checkpoint],
    [["sensors"], contract.sensorsResult, results.sensors],
    [["sensors", "enrol", "db-1"], contract.invitationResult, results.invitation],
    [["sensors", "revoke", "web-1", "--reason", "sold"], contract.revocationResult, results.revocation],
    [["users", "list"], contract.usersResult, results.users],
    [["users", "first-admin"], contract.linkResult, results.link],
    [["users", "invite", "ada@example.com", "engineer", "--name", "Ada"], contract.linkResult, results.link],
    [["users", "link", "ada@example.com"], contract.linkResult, results.link],
    [["users", "roles", "ada@example.com", "engineer"], contract.userChangeResult, results.userChange],
    [["users", "disable", "ada@example.com"], contract.userChangeResult, results.userChange],
    [["users", "enable", "ada@example.com"], contract.userChangeResult, results.userChange],
    [["keys", "list"], contract.keysResult, results.keys],
    [
      ["keys", "make", "--user", "ada@example.com", "--name", "ci", "--allow", "record:read"],
      contract.keyMadeResult,
      results.keyMade,
    ],
    [["keys", "revoke", "k1"], contract.keyRevokedResult, results.keyRevoked],
    [["sessions", "list"], contract.sessionsResult, results.sessions],
    [["sessions", "revoke", "s1"], contract.sessionRevokedResult, results.sessionRevoked],
  ] as const)("%j prints one document of the contract and nothing else", async (argv, schema, expected) => {
    const around = surroundings();
    await run([...argv, "--json"], around);
    expect(schema.parse(JSON.parse(around.printed.out))).toEqual(expected);
    expect(around.printed.err).toBe("");
  });

  it("prints errors as one problem on stderr", async () => {
    const fault = new Fault("target-refused", "198.51.100.7 is public", {
      place: "sweep",
      next: "Record an authorization.",
    });
    const around = surroundings({ operations: fakeOperations({ sweep: () => Promise.reject(fault) }) });
    expect(await run(["sweep", "198.51.100.7", "--json"], around)).toBe(2);
    expect(around.printed.out).toBe("");
    expect(contract.problemSchema.parse(JSON.parse(around.printed.err))).toMatchObject({
      code: "target-refused",
      detail: "198.51.100.7 is public",
      next: "Record an authorization.",
    });
  });

  it("prints wrong usage as a problem, too", async () => {
    const around = surroundings();
    expect(await run(["sweep", "--json", "--rat", "5"], around)).toBe(2);
    const problem = contract.problemSchema.parse(JSON.parse(around.printed.err));
    expect(problem.detail).toContain("Did you mean --rate?");
  });
});

describe("wrong usage", () => {
  it.each([
    [["statsu"], "Did you mean status?"],
    [["sweep", "--ports=22", "--jsno"], "Did you mean --json?"],
    [["evidence", "verfy"], "Did you mean verify?"],
    [["sweep", "--engine", "warp"], "connect-portable"],
    [["sweep", "--rate", "fast"], "whole number"],
    [["at"], "missing required argument"],
    [["at", "now", "then"], "too many arguments"],
    [["at", "tomorrow"], "is no time"],
    [["gaps"], "--from"],
    [["findings", "--status", "bad"], "new, unchanged, resolved, regressed"],
    [["findings", "--status", "new", "--all"], "cannot be used with"],
    [["baseline", "approve", "x.yaml"], "--by"],
    [["completion", "powershell"], "bash"],
    [["users", "invite", "ada", "--name", "Ada"], "EMAIL: Invalid"],
    [["users", "invite", "ada@example.com", "king", "--name", "Ada"], "'king' is no role"],
    [["users", "invite", "ada@example.com", "auditor@2026-03-01", "--name", "Ada"], "no period"],
    [["users", "invite", "ada@example.com", "auditor@march..", "--name", "Ada"], "'march', which is no time"],
    [["users", "invite", "ada@example.com", "engineer"], "--name"],
    [["users", "roles", "ada@example.com"], "--none"],
    [["users", "roles", "ada@example.com", "engineer", "--none"], "not both"],
    [["keys", "make", "--user", "ada@example.com", "--name", "ci"], "--allow"],
    [["keys", "make", "--user", "ada@example.com", "--name", "ci", "--allow", "users:manage"], "record:read"],
    [["keys", "make", "--user", "a@b.ch", "--name", "ci", "--allow", "record:read", "--days", "900"], "1 to 366"],
    [["keys", "revoke"], "missing required argument"],
  ])("%j says so, ends with 2, and opens nothing", async (argv, part) => {
    const around = surroundings();
    expect(await run(argv, around)).toBe(2);
    expect(around.printed.err).toContain(part);
    expect(around.printed.err).toMatch(/^error: .*\n(.*\n)* {2}next: /);
    expect(around.printed.out).toBe("");
    expect(around.opened.ever).toBe(0);
  });

  it("shows the overview on stderr when no command is given", async () => {
    const around = surroundings();
    expect(await run([], around)).toBe(2);
    expect(around.printed.err).toContain("Usage: portolan");
  });
});

describe("help", () => {
  const commands = [
    [],
    ["init"],
    ["start"],
    ["sweep"],
    ["status"],
    ["baseline"],
    ["baseline", "approve"],
    ["at"],
    ["diff"],
    ["gaps"],
    ["findings"],
    ["evidence", "verify"],
    ["doctor"],
    ["completion"],
    ["users"],
    ["users", "first-admin"],
    ["users", "invite"],
    ["users", "roles"],
    ["users", "disable"],
    ["users", "link"],
    ["keys", "list"],
    ["keys", "make"],
    ["keys", "revoke"],
    ["sessions", "list"],
    ["sessions", "revoke"],
  ];
  it.each(commands.map((command) => [command.join(" "), command] as const))(
    "of '%s' has an example and fits 80 columns",
    async (_name, command) => {
      const around = surroundings();
      expect(await run([...command, "--help"], around)).toBe(0);
      expect(around.printed.out).toMatch(/Examples?:\n {2}(portolan|source)/);
      expect(around.printed.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
      expect(around.opened.ever).toBe(0);
    },
  );
});

describe("what goes wrong", () => {
  it("shows cause, place and next step, and no control character of the message", async () => {
    const fault = new Fault("config-invalid", "portolan.yaml:3:1: targets\u001b[2J: empty\nportolan.yaml:4:1: more", {
      place: "portolan.yaml:3:1",
      next: "Add one.",
    });
    const around = surroundings({ operations: fakeOperations({ status: () => Promise.reject(fault) }) });
    expect(await run(["status"], around)).toBe(2);
    expect(around.printed.err).toBe(
      "error: portolan.yaml:3:1: targets\\x1b[2J: empty\nportolan.yaml:4:1: more\n  next: Add one.\n",
    );
  });

  it("names place when the message does not", async () => {
    const fault = new Fault("store-unavailable", "the database is down", {
      place: "db.internal:5432",
      next: "Start it.",
    });
    const around = surroundings({ door: { createApp: () => Promise.reject(fault) } });
    expect(await run(["status"], around)).toBe(2);
    expect(around.printed.err).toContain("  at:   db.internal:5432\n");
  });

  it("has a next step even for what nobody foresaw, and shows the stack only on demand", async () => {
    const operations = fakeOperations({ status: () => Promise.reject(new TypeError("x is not a function")) });
    const quiet = surroundings({ operations });
    expect(await run(["status"], quiet)).toBe(2);
    expect(quiet.printed.err).toContain("PORTOLAN_DEBUG=1");
    expect(quiet.printed.err).not.toContain("run.test.ts");
    const loud = surroundings({ operations, env: { PORTOLAN_DEBUG: "1" } });
    await run(["status"], loud);
    expect(loud.printed.err).toContain("run.test.ts");
  });
});

describe("Ctrl-C during a sweep", () => {
  it("ends it as a recorded partial, with its result and exit code 3", async () => {
    const around = surroundings({ operations: fakeOperations({ sweep: endlessSweep() }) });
    const ended = run(["sweep"], around);
    await expect.poll(() => around.printed.err).toContain("sweep 12: 0 % of 196,605");
    around.signal();
    expect(await ended).toBe(3);
    expect(around.printed.err).toContain("Stopping the sweep");
    expect(around.printed.out).toContain("PARTIAL");
    expect(around.printed.out).toContain("stopped by request");
    expect(around.exits).toEqual([]);
  });

  it("pressed twice leaves at once", async () => {
    const operations = fakeOperations({
      sweep: (_request, hooks) =>
        new Promise(() => hooks.onProgress?.({ sweepId: 1, phase: "scanning", done: 0, planned: 1, open: 0, rate: 0 })),
    });
    const around = surroundings({ operations });
    void run(["sweep"], around);
    await expect.poll(() => around.printed.err).toContain("sweep 1");
    around.signal();
    expect(around.exits).toEqual([]);
    around.signal();
    expect(around.exits).toEqual([3]);
  });
});

describe("init", () => {
  it("--yes writes a document for this machine alone, and never replaces one", async () => {
    expect(await run(["init", "--yes"], surroundings())).toBe(0);
    const written = await readFile(join(directory, "portolan.yaml"), "utf8");
    expect(written).toContain('addresses: ["this-machine"]');
    const again = surroundings();
    expect(await run(["init", "--yes", "--name", "other"], again)).toBe(2);
    expect(again.printed.err).toContain("already there");
    expect(await readFile(join(directory, "portolan.yaml"), "utf8")).toBe(written);
  });

  it("asks, and takes an empty answer for the default", async () => {
    expect(
      await run(["init"], surroundings({ answers: ['payment "platform"', "10.77.0.0/24, this-machine", ""] })),
    ).toBe(0);
    const written = await readFile(join(directory, "portolan.yaml"), "utf8");
    expect(written).toContain('name: "payment \\"platform\\""');
    expect(written).toContain('addresses: ["10.77.0.0/24"]');
    expect(written).toContain("cadence: 1h");
  });

  it("says to use --yes where nobody can answer", async () => {
    const around = surroundings();
    expect(await run(["init"], around)).toBe(2);
    expect(around.printed.err).toContain("portolan init --yes");
  });

  it("writes nothing when the document would not be valid", async () => {
    const refuse = () =>
      Promise.reject(new Fault("config-invalid", "portolan.yaml:20:5: no address", { next: "Mend it." }));
    const around = surroundings({ door: { checkScopeDocument: refuse } });
    expect(await run(["init", "--yes", "--target", "10.77.0.0/99"], around)).toBe(2);
    expect(await run(["init", "--yes", "--cadence", "soon"], surroundings())).toBe(2);
    await expect(readFile(join(directory, "portolan.yaml"))).rejects.toThrow("ENOENT");
  });
});

describe("baseline", () => {
  it("propose writes the proposal once, and says what comes next", async () => {
    const around = surroundings();
    expect(await run(["baseline", "propose"], around)).toBe(0);
    expect(await readFile(join(directory, "port-baseline.proposed.yaml"), "utf8")).toBe(results.proposal.document);
    expect(around.printed.err).toContain("portolan baseline approve port-baseline.proposed.yaml");
    expect(await run(["baseline", "propose"], surroundings())).toBe(2);
    expect(await run(["baseline", "propose", "--force"], surroundings())).toBe(0);
    const piped = surroundings();
    expect(await run(["baseline", "propose", "-o", "-"], piped)).toBe(0);
    expect(piped.printed.out).toBe(results.proposal.document);
  });

  it("approve reads the file and passes it on under its name", async () => {
    await writeFile(join(directory, "mine.yaml"), "version: 1\n");
    const around = surroundings();
    expect(await run(["baseline", "approve", "mine.yaml", "--by", "Jane Doe"], around)).toBe(0);
    expect(around.operations.calls).toEqual([
      {
        operation: "approveBaseline",
        argument: { document: "version: 1\n", file: "mine.yaml", approvedBy: "Jane Doe" },
      },
    ]);
  });

  it("approve of a file that is not there, or is a directory, says so", async () => {
    const missing = surroundings();
    expect(await run(["baseline", "approve", "nowhere.yaml", "--by", "Jane"], missing)).toBe(2);
    expect(missing.printed.err).toContain("nowhere.yaml");
    await mkdir(join(directory, "folder"));
    const folder = surroundings();
    expect(await run(["baseline", "approve", "folder", "--by", "Jane"], folder)).toBe(2);
    expect(folder.printed.err).toContain("it is a directory");
    expect(folder.opened.ever).toBe(0);
  });

  it("export gives the bytes that were approved", async () => {
    const around = surroundings();
    expect(await run(["baseline", "export"], around)).toBe(0);
    expect(around.printed.out).toBe(results.baseline.document);
    expect(await run(["baseline", "export", "-o", "out.yaml"], surroundings())).toBe(0);
    expect(await readFile(join(directory, "out.yaml"), "utf8")).toBe(results.baseline.document);
  });
});

describe("beside a running server", () => {
  const serve = (operations: contract.ServerOperations) =>
    startServer({
      operations,
      home: join(directory, ".portolan"),
      version: "0.0.0",
      port: 0,
      clock: { now: () => now },
      onUnexpected: () => undefined,
    });

  it("a command asks it instead of opening the record", async () => {
    const behind = fakeOperations();
    const server = await serve(behind);
    const around = surroundings();
    expect(await run(["findings"], around)).toBe(1);
    expect(around.opened.ever).toBe(0);
    expect(behind.calls.map(({ operation }) => operation)).toEqual(["status", "findings"]);
    await server.stop();
  });

  it("a command with DATABASE_URL goes to that database", async () => {
    const behind = fakeOperations();
    const server = await serve(behind);
    const around = surroundings({ env: { DATABASE_URL: "postgres://db.internal/portolan" } });
    expect(await run(["findings"], around)).toBe(1);
    expect(around.opened.ever).toBe(1);
    expect(behind.calls).toEqual([]);
    await server.stop();
  });

  it("a second start names process and URL", async () => {
    const server = await serve(fakeOperations());
    const around = surroundings();
    expect(await run(["start", "--port", "0"], around)).toBe(2);
    expect(around.printed.err).toContain(server.url);
    expect(around.printed.err).toContain(`kill ${process.pid}`);
    await server.stop();
  });

  it("a server.json that was left behind does not matter", async () => {
    await mkdir(join(directory, ".portolan"), { mode: 0o700 });
    const left = { url: "http://127.0.0.1:1", pid: process.pid, startedAt: "2026-03-14T08:00:00Z" };
    await writeFile(join(directory, ".portolan", "server.json"), JSON.stringify(left));
    await writeFile(join(directory, ".portolan", "token"), "t".repeat(43), { mode: 0o600 });
    const around = surroundings();
    expect(await run(["status"], around)).toBe(0);
    expect(around.opened).toEqual({ now: 0, ever: 1 });
  });

  it("a locked record names the process and URL of server.json", async () => {
    await mkdir(join(directory, ".portolan"), { mode: 0o700 });
    const left = { url: "http://127.0.0.1:1", pid: process.pid, startedAt: "2026-03-14T08:00:00Z" };
    await writeFile(join(directory, ".portolan", "server.json"), JSON.stringify(left));
    const locked = () =>
      Promise.reject(new Fault("store-locked", "Another process holds the record.", { next: "Ask it." }));
    const around = surroundings({ door: { createApp: locked } });
    expect(await run(["status"], around)).toBe(2);
    expect(around.printed.err).toContain(`process ${process.pid}`);
    expect(around.printed.err).toContain("http://127.0.0.1:1");
  });
});

describe("start", () => {
  const fresh = (): ReturnType<typeof fakeOperations> => {
    const status: contract.StatusResult = { ...results.status };
    delete status.baseline;
    return fakeOperations({ status: () => Promise.resolve(status) });
  };

  it("writes the scope, sweeps what is due, proposes a baseline, tells events, and stops cleanly", async () => {
    const around = surroundings({
      operations: fresh(),
      start: ({ onEvent, onProgress }) => {
        onProgress?.({ sweepId: 12, phase: "scanning", done: 1000, planned: 196_605, open: 1, rate: 500 });
        onEvent({ kind: "finding-opened", finding: results.telnet });
        onEvent({ kind: "sweep-finished", result: results.sweep });
        onEvent({ kind: "target-attempted", target: "backoffice" });
        return Promise.resolve();
      },
    });
    const ended = run(["start", "--port", "0"], around);
    await expect.poll(() => around.printed.out).toContain("Watching");
    const { out, err } = around.printed;
    expect(err).toContain("Wrote portolan.yaml");
    expect(err).toContain("Sweeping backoffice");
    expect(err).toContain("sweep 12: 0 % of 196,605");
    expect(out).toContain("FINDING #7");
    expect(out).toContain("Sweep 12 complete");
    expect(out).toMatch(/API {7}http:\/\/127\.0\.0\.1:\d+/);
    expect(out).toContain("npx portolan at now");
    const token = (await readFile(join(directory, ".portolan", "token"), "utf8")).trim();
    expect(out + err).toContain(join(".portolan", "token"));
    expect(out + err).not.toContain(token);
    expect(await readFile(join(directory, "port-baseline.proposed.yaml"), "utf8")).toBe(results.proposal.document);
    around.signal("SIGTERM");
    expect(await ended).toBe(0);
    expect(around.opened.now).toBe(0);
    await expect(readFile(join(directory, ".portolan", "server.json"))).rejects.toThrow("ENOENT");
  });

  it("watches while its first sweeps run, and ends when it is stopped during them", async () => {
    const around = surroundings({
      operations: fresh(),
      start: ({ onEvent }) => {
        onEvent({ kind: "finding-opened", finding: results.telnet });
        return Promise.resolve();
      },
    });
    const ended = run(["start", "--port", "0"], around);
    await expect.poll(() => around.printed.out).toContain("FINDING #7");
    around.signal("SIGTERM");
    expect(await ended).toBe(0);
    expect(around.printed.err).toContain("Stopping.");
    expect(around.printed.out).not.toContain("Watching");
  });

  it("shows how things stand when nothing is due", async () => {
    const status = {
      ...results.status,
      targets: results.status.targets.map((target) => ({ ...target, overdue: false, lastSweep: results.sweep.sweep })),
    };
    const around = surroundings({ operations: fakeOperations({ status: () => Promise.resolve(status) }) });
    const ended = run(["start", "--port", "0"], around);
    await expect.poll(() => around.printed.out).toContain("Watching");
    expect(around.printed.err).not.toContain("Sweeping");
    around.signal();
    expect(await ended).toBe(0);
  });
});

describe("completion", () => {
  it.each(["bash", "zsh", "fish"])("for %s knows every command and option", async (shell) => {
    const around = surroundings();
    expect(await run(["completion", shell], around)).toBe(0);
    for (const word of ["sweep", "propose", "checkpoint", "engine", "vantage"])
      expect(around.printed.out).toContain(word);
  });
});
