import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeCommandLine } from "../../test/fakes/command-line.ts";
import { fakeOperations } from "../../test/fakes/operations.ts";
import * as results from "../../test/fakes/results.ts";
import * as contract from "../contract/index.ts";
import { Fault } from "../model/index.ts";
import { run } from "./run.ts";

const cli = fakeCommandLine();
const now = Date.parse("2026-03-14T09:00:00Z");
const SCAN = join(import.meta.dirname, "../../test/fixtures/scans/naabu.jsonl");

describe("each command requests its operation, and exits with the code of the result", () => {
  it.each([
    [["status"], 0, ["status.get", undefined]],
    [["at", "now"], 0, ["history.at", { at: now, asset: undefined, vantage: undefined }]],
    [
      ["at", "-1h", "--asset", "web-1", "--vantage", "outside"],
      0,
      ["history.at", { at: now - 3_600_000, asset: "web-1", vantage: "outside" }],
    ],
    [["diff", "-1d", "now"], 1, ["history.diff", { from: now - 86_400_000, to: now, vantage: undefined }]],
    [
      ["gaps", "--from", "-7d"],
      0,
      ["history.gaps", { from: now - 604_800_000, to: now, asset: undefined, vantage: undefined }],
    ],
    [["findings"], 1, ["findings.all", { status: ["new", "unchanged", "regressed"] }]],
    [["findings", "--all"], 1, ["findings.all", { status: undefined }]],
    [["findings", "--status", "new,regressed"], 1, ["findings.all", { status: ["new", "regressed"] }]],
    [["baseline", "show"], 0, ["baseline.get", { at: undefined }]],
    [["baseline", "show", "--asset", "db-1"], 0, ["baseline.ofAsset", { asset: "db-1", at: undefined }]],
    [["baseline", "history"], 0, ["baseline.history", undefined]],
    [["baseline", "proposals"], 0, ["baseline.proposals", undefined]],
    [["scope", "show"], 0, ["scope.get", {}]],
    [["scope", "show", "--version", "3"], 0, ["scope.version", { version: 3 }]],
    [["scope", "show", "--at", "-1h"], 0, ["scope.get", { at: now - 3_600_000 }]],
    [["evidence", "verify"], 0, ["evidence.verify", {}]],
    [["evidence", "verify", "--key", "ab".repeat(32)], 0, ["evidence.verify", { key: "ab".repeat(32) }]],
    [["evidence", "checkpoints", "--size", "12"], 0, ["evidence.checkpoints", { size: 12, limit: 100 }]],
    [["evidence", "checkpoint"], 0, ["evidence.checkpoint", undefined]],
    [["sensors"], 1, ["sensors.list", undefined]],
    [
      ["sensors", "enrol", "web-2", "--valid", "15m"],
      0,
      ["sensors.invite", { name: "web-2", validFor: 900_000, requestedBy: "jane" }],
    ],
    [
      ["sensors", "revoke", "web-1", "--reason", "sold"],
      0,
      ["sensors.revoke", { name: "web-1", reason: "sold", requestedBy: "jane" }],
    ],
    [
      ["sweep", "web-1", "10.77.0.0/28", "-p", "-", "--rate", "500", "--engine", "connect"],
      1,
      [
        "sweeps.run",
        { targets: ["web-1", "10.77.0.0/28"], ports: "-", engine: "connect", rate: 500, requestedBy: "jane" },
      ],
    ],
    [
      ["import", SCAN, "--vantage", "outside", "--ports", "1-100", "--targets", "dmz", "10.0.0.0/8"],
      0,
      [
        "imports.run",
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
  ] as const)("%j exits with %i", async (argv, code, [operation, argument]) => {
    const around = cli.surroundings();
    expect(await run(argv, around)).toBe(code);
    expect(around.operations.calls).toEqual([{ operation, argument }]);
    expect(around.printed.out).not.toBe("");
    expect(around.opened).toEqual({ now: 0, ever: 1 });
  });
});

describe("exit codes", () => {
  const sweepWith = (change: Partial<contract.SweepResult["sweep"]>, findings: contract.FindingView[]) =>
    fakeOperations({
      sweeps: {
        run: () => Promise.resolve({ ...results.sweep, sweep: { ...results.sweep.sweep, ...change }, findings }),
      },
    });
  it.each([
    ["a complete sweep without findings", ["sweep"], sweepWith({}, []), 0],
    ["a coverage gap counts as a deviation", ["sweep"], sweepWith({}, [results.silence]), 1],
    ["partial takes precedence over deviations", ["sweep"], sweepWith({ verdict: "partial" }, [results.telnet]), 3],
    ["untrusted takes precedence over deviations", ["sweep"], sweepWith({ verdict: "untrusted" }, [results.telnet]), 3],
    [
      "no open findings",
      ["findings"],
      fakeOperations({ findings: { all: () => Promise.resolve({ ...results.findings, findings: [] }) } }),
      0,
    ],
    [
      "resolved findings alone",
      ["findings", "--all"],
      fakeOperations({
        findings: { all: () => Promise.resolve({ ...results.findings, findings: [results.resolvedFtp] }) },
      }),
      0,
    ],
    [
      "nothing changed",
      ["diff", "-1h", "now"],
      fakeOperations({
        history: { diff: () => Promise.resolve({ ...results.diff, changes: [], otherChanges: [] }) },
      }),
      0,
    ],
    [
      "a log that does not verify",
      ["evidence", "verify"],
      fakeOperations({
        evidence: {
          verify: () => Promise.resolve({ ...results.verified, ok: false, problems: [{ entry: 3, problem: "hash" }] }),
        },
      }),
      1,
    ],
    [
      "an import of an incomplete file",
      ["import", SCAN],
      fakeOperations({
        imports: {
          run: () => Promise.resolve({ ...results.imported, sweep: { ...results.imported.sweep, verdict: "partial" } }),
        },
      }),
      3,
    ],
    ["an import of a missing file", ["import", "no-such-file.xml"], fakeOperations(), 2],
    ["an import of a directory", ["import", "."], fakeOperations(), 2],
    [
      "a fault",
      ["sweep"],
      fakeOperations({
        sweeps: { run: () => Promise.reject(new Fault("target-refused", "no", { next: "ask" })) },
      }),
      2,
    ],
  ] as const)("%s", async (_name, argv, operations, code) => {
    const around = cli.surroundings({ operations });
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
    [["baseline", "show", "--asset", "db-1"], contract.assetPortsResult, results.assetPorts],
    [["baseline", "history"], contract.baselineHistoryResult, results.baselineHistory],
    [["baseline", "propose"], contract.proposalResult, results.proposal],
    [["baseline", "proposals"], contract.proposalsResult, results.proposals],
    [["baseline", "submit", SCAN], contract.submissionResult, results.submission],
    [["baseline", "approve", SCAN, "--dry-run"], contract.reviewResult, results.review],
    [["baseline", "approve", "5e5e5e5e5e5e"], contract.approvalResult, results.approval],
    [["evidence", "verify"], contract.verifyResult, results.verified],
    [["evidence", "checkpoints"], contract.checkpointsResult, results.checkpoints],
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
    const around = cli.surroundings();
    await run([...argv, "--json"], around);
    expect(schema.parse(JSON.parse(around.printed.out))).toEqual(expected);
    expect(around.printed.err).toBe("");
  });

  it("prints errors as one problem on stderr", async () => {
    const fault = new Fault("target-refused", "198.51.100.7 is public", {
      place: "sweep",
      next: "Record an authorization.",
    });
    const around = cli.surroundings({ operations: fakeOperations({ sweeps: { run: () => Promise.reject(fault) } }) });
    expect(await run(["sweep", "198.51.100.7", "--json"], around)).toBe(2);
    expect(around.printed.out).toBe("");
    expect(contract.problemSchema.parse(JSON.parse(around.printed.err))).toMatchObject({
      code: "target-refused",
      detail: "198.51.100.7 is public",
      next: "Record an authorization.",
    });
  });

  it("also prints wrong usage as a problem", async () => {
    const around = cli.surroundings();
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
    [["at", "tomorrow"], "'tomorrow' is not a valid time"],
    [["gaps"], "--from"],
    [["findings", "--status", "bad"], "new, unchanged, resolved, regressed"],
    [["findings", "--status", "new", "--all"], "cannot be used with"],
    [["baseline", "approve"], "missing required argument"],
    [["baseline", "show", "--at", "tomorrow"], "'tomorrow' is not a valid time"],
    [["completion", "powershell"], "bash"],
    [["users", "invite", "ada", "--name", "Ada"], "EMAIL: Invalid"],
    [["users", "invite", "ada@example.com", "king", "--name", "Ada"], "'king' is not a role"],
    [["users", "invite", "ada@example.com", "auditor@2026-03-01", "--name", "Ada"], "no valid period"],
    [["users", "invite", "ada@example.com", "auditor@march..", "--name", "Ada"], "'march', which is not a time"],
    [["users", "invite", "ada@example.com", "engineer"], "--name"],
    [["users", "roles", "ada@example.com"], "--none"],
    [["users", "roles", "ada@example.com", "engineer", "--none"], "not both"],
    [["keys", "make", "--user", "ada@example.com", "--name", "ci"], "--allow"],
    [["keys", "make", "--user", "ada@example.com", "--name", "ci", "--allow", "users:manage"], "record:read"],
    [["keys", "make", "--user", "a@b.ch", "--name", "ci", "--allow", "record:read", "--days", "900"], "1 to 366"],
    [["keys", "revoke"], "missing required argument"],
  ])("%j is refused with 2, and opens nothing", async (argv, part) => {
    const around = cli.surroundings();
    expect(await run(argv, around)).toBe(2);
    expect(around.printed.err).toContain(part);
    expect(around.printed.err).toMatch(/^error: .*\n(.*\n)* {2}next: /);
    expect(around.printed.out).toBe("");
    expect(around.opened.ever).toBe(0);
  });

  it("shows the overview on stderr without a command", async () => {
    const around = cli.surroundings();
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
      const around = cli.surroundings();
      expect(await run([...command, "--help"], around)).toBe(0);
      expect(around.printed.out).toMatch(/Examples?:\n {2}(portolan|source)/);
      expect(around.printed.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
      expect(around.opened.ever).toBe(0);
    },
  );
});

describe("completion", () => {
  it.each(["bash", "zsh", "fish"])("for %s contains the commands and options", async (shell) => {
    const around = cli.surroundings();
    expect(await run(["completion", shell], around)).toBe(0);
    for (const word of ["sweep", "propose", "checkpoint", "engine", "vantage"])
      expect(around.printed.out).toContain(word);
  });
});
