import { chmod, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as app from "../../src/app.ts";
import { run } from "../../src/cli/run.ts";
import { askForDatabases, copyHome } from "../databases.ts";
import { fakeOperations } from "../fakes/operations.ts";
import { fakeSurroundings } from "../fakes/surroundings.ts";

const SCOPE = `version: 1
name: t
systemTypes: { s: { cadence: 1h, ports: "1" } }
targets: [{ name: lan, addresses: [127.0.0.8/30], systemType: s, undeclared: allow }]
assets: [{ name: web, addresses: [127.0.0.9] }]
exclusions: [{ addresses: [127.0.0.10], reason: a printer }]
`;
const BASELINE = `version: 1
authorizedPorts:
  - { asset: web, port: 1, owner: "", justification: "" }
`;

let directory: string;
let home: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "portolan-remedies-"));
  home = join(directory, ".portolan");
  await write("portolan.yaml", SCOPE);
});
afterEach(() => rm(directory, { recursive: true }));

const write = (file: string, text: string): Promise<void> => writeFile(join(directory, file), text);
/** Creating a database takes seconds. */
const haveRecord = async (): Promise<void> => copyHome((await askForDatabases()).templateHome, home);

async function portolan(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const clock = { now: () => Date.now() };
  const around = { ...fakeSurroundings({ directory, operations: fakeOperations(), door: app, env }), clock };
  const code = await run(argv, around);
  return { code, out: around.printed.out, err: around.printed.err.replaceAll(/\s+/g, " ") };
}

/** Refused with this next step; returns what stderr got. */
async function refused(argv: readonly string[], next: string, env: Readonly<Record<string, string>> = {}) {
  const { code, err } = await portolan(argv, env);
  expect(code, err).toBe(2);
  expect(err).toContain(next);
  return err;
}

/** Anything but an error. */
async function works(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, out, err } = await portolan(argv, env);
  expect(code, `${argv.join(" ")}: ${err}`).not.toBe(2);
  return out;
}

describe("following the next step, with the program as it is,", { tags: ["long"] }, () => {
  it("begins a record where there is none", async () => {
    await refused(["findings"], "Run portolan start or portolan sweep first, or set PORTOLAN_HOME");
    await works(["sweep"]);
    await works(["findings"]);
    const elsewhere = home;
    home = join(directory, "moved");
    await rename(elsewhere, home);
    await works(["findings"], { PORTOLAN_HOME: home });
  });

  it("begins a log that has no entry yet", async () => {
    await haveRecord();
    const next = "Run `portolan start` or `portolan sweep`, which begin the log.";
    await refused(["users", "invite", "ada@example.com", "engineer", "--name", "Ada"], next);
    await works(["sweep"]);
    await works(["users", "invite", "ada@example.com", "engineer", "--name", "Ada"]);
  });

  it("writes the scope that is missing, and mends one that is broken", async () => {
    await haveRecord();
    await rename(join(directory, "portolan.yaml"), join(directory, "mine.yaml"));
    await refused(["status"], "Write one with: portolan init.");
    await works(["init", "--yes"]);
    await works(["status"]);
    await write("portolan.yaml", SCOPE.replace("cadence", "cadnce"));
    await refused(["sweep"], "portolan.yaml and run the command again.");
    await write("portolan.yaml", SCOPE);
    await works(["sweep"]);
  });

  it("chooses targets that the guard allows, without watching less than was meant", async () => {
    await haveRecord();
    await refused(["sweep", "127.0.0.1"], "Add it to the targets in portolan.yaml if it belongs to the boundary");
    await works(["sweep", "127.0.0.9"]);
    await refused(["sweep", "224.0.0.1"], "Leave it out: no scope and no authorization can allow it.");
    await refused(["sweep", "127.0.0.10"], "Leave it out, or remove the exclusion from portolan.yaml.");
    await write(
      "portolan.yaml",
      SCOPE.replace(/exclusions.*\n/, "").replace("127.0.0.8/30]", "127.0.0.8/30, 127.0.0.1]"),
    );
    expect(await works(["sweep", "127.0.0.10", "--json"])).toContain('"127.0.0.10"');
    expect(await works(["sweep", "127.0.0.1", "--json"])).toContain('"127.0.0.1"');
  });

  it("finds the names of targets and assets where it says that they are listed", async () => {
    await haveRecord();
    await refused(["sweep", "wbe"], "portolan status lists the targets, portolan at now the assets");
    expect(await works(["status"])).toContain("lan");
    expect(await works(["at", "now"])).toContain("web");
    await works(["sweep", "lan"]);
    await works(["sweep", "web"]);
    const known = await refused(["at", "now", "--asset", "wbe"], "Name one of: ");
    await works(["at", "now", "--asset", /Name one of: ([^,.]+)/.exec(known)?.[1] ?? ""]);
  });

  it("completes, approves and shows a port baseline", async () => {
    await haveRecord();
    await refused(["baseline", "show"], "Run portolan baseline propose, complete the file it writes");
    await write("ports.yaml", BASELINE);
    await refused(
      ["baseline", "approve", "ports.yaml", "--by", "Ada"],
      "Nothing was approved. Complete the entry and approve again.",
    );
    await write("ports.yaml", BASELINE.replaceAll('""', "x"));
    await works(["baseline", "approve", "ports.yaml", "--by", "Ada"]);
    expect(await works(["baseline", "show"])).toContain("version 1");
    await refused(
      ["baseline", "approve", "ports.yaml", "--by", "Ada"],
      "Change the file first if something else should be authorized.",
    );
    await refused(
      ["baseline", "submit", "ports.yaml"],
      "There is nothing to propose. Change the file first if something else should be authorized.",
    );
    await write("ports.yaml", BASELINE.replaceAll('""', "y"));
    await works(["baseline", "submit", "ports.yaml"]);
    await works(["baseline", "approve", "ports.yaml", "--by", "Ada"]);
  });

  it("gives valid periods, addresses and numbers of what the record has", async () => {
    await haveRecord();
    await works(["sweep", "web"]);
    await refused(["exposure", "web"], "Give an address, such as 10.0.0.2 or fd00::2");
    await works(["exposure", "127.0.0.9"]);
    await refused(["sweeps", "show", "99"], "Run portolan sweeps for those of the last 7 days");
    expect(await works(["sweeps", "--json"])).toContain('"id": 1');
    await works(["sweeps", "show", "1"]);
  });

  it("protects the key and its directory", async () => {
    await haveRecord();
    await works(["sweep", "web"]);
    const key = join(home, "keys/evidence.pem");
    await chmod(key, 0o644);
    const said = await refused(["sweep", "web"], `chmod 600 ${key}`);
    expect(said).toContain("chmod 600");
    await chmod(key, 0o600);
    await works(["sweep", "web"]);
    await chmod(join(home, "keys"), 0o777);
    await refused(["sweep", "web"], `chmod 700 ${join(home, "keys")}`);
    await chmod(join(home, "keys"), 0o700);
    await works(["sweep", "web"]);
  });

  it("uses another home where the first one is a file or has a record already", async () => {
    await write("file", "");
    await refused(["sweep", "web"], "Move the file away, or name another directory in PORTOLAN_HOME.", {
      PORTOLAN_HOME: join(directory, "file"),
    });
    await haveRecord();
    await works(["sweep", "web"], { PORTOLAN_HOME: home });
    await works(["backup", "-o", "a.backup"]);
    expect((await readFile(join(directory, "a.backup"))).length).toBeGreaterThan(0);
    await refused(["restore", "b.backup"], "Name the file that portolan backup wrote");
    await refused(
      ["restore", "a.backup"],
      "Name an empty directory in PORTOLAN_HOME, or an empty database in DATABASE_URL.",
    );
    await works(["restore", "a.backup"], { PORTOLAN_HOME: join(directory, "restored") });
  });
});
