import { mkdir, rename, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { fakeCommandLine } from "../../test/fakes/command-line.ts";
import { fakeOperations } from "../../test/fakes/operations.ts";
import type { FakeSettings } from "../../test/fakes/surroundings.ts";
import { LARGEST_BASELINE } from "../model/index.ts";
import { run } from "./run.ts";

const cli = fakeCommandLine();

interface Case {
  /** What the command line says to do next. */
  readonly next: RegExp;
  readonly refused: readonly string[];
  /** The command as the next step has it, once for each form that it names. */
  readonly followed: readonly (readonly string[])[];
  readonly settings?: Partial<FakeSettings>;
  /** What the next step changes around the command. */
  readonly changed?: Partial<FakeSettings>;
  /** Done before the next step is followed. */
  readonly first?: () => Promise<unknown>;
  readonly before?: () => Promise<unknown>;
}

async function* manifestAlone() {
  const manifest = { log: "portolan/1", period: { from: "2026-03-13T09:00:00Z", to: "2026-03-14T09:00:00Z" } };
  const content = Readable.from([Buffer.from(JSON.stringify({ ...manifest, assets: [], files: [] }))]);
  yield await Promise.resolve({ path: "manifest.json", content });
}
const inDirectory = (name: string): string => join(cli.directory, name);
const BACKUP = {
  createdAt: "2026-03-14T09:00:00.000Z",
  program: "1.0.0",
  tables: 1,
  rows: 1,
  log: { size: 1, rootHash: "" },
};
const csv = ["findings", "--format", "csv"];
const DATABASE = { DATABASE_URL: "postgresql://portolan@db.example/portolan" };
const key = ["keys", "make", "--user", "ada@example.com", "--allow", "record:read", "--name"];

const CASES: Readonly<Record<string, Case>> = {
  "a time in words": {
    next: /Give 2026-03-14T09:00:00Z \(or with an offset\), now, -1h or -2d; or in the local time zone 03:00, yesterday/,
    refused: ["at", "tomorrow"],
    followed: [
      "2026-03-14T09:00:00Z",
      "2026-03-14T09:30:00+01:00",
      "now",
      "-1h",
      "-2d",
      "03:00",
      "yesterday 03:00",
      "2026-03-14T03:00",
      "2026-03-14",
    ].map((time) => ["at", time]),
  },
  "a time to come": {
    next: /Give a time that has passed, such as yesterday 03:00, or now\./,
    refused: ["at", "2027-01-01T00:00:00Z"],
    followed: [
      ["at", "yesterday 03:00"],
      ["at", "now"],
    ],
  },
  "a scope named twice": {
    next: /Give one of the two\./,
    refused: ["scope", "show", "--version", "1", "--at", "now"],
    followed: [
      ["scope", "show", "--version", "1"],
      ["scope", "show", "--at", "now"],
    ],
  },
  "PostgreSQL without a database": {
    next: /Set DATABASE_URL, and run the command again\./,
    refused: ["config", "database", "postgresql"],
    followed: [["config", "database", "postgresql"]],
    changed: { env: DATABASE },
  },
  "the embedded database while DATABASE_URL names another": {
    next: /Unset DATABASE_URL, and run the command again\./,
    refused: ["config", "database", "embedded"],
    followed: [["config", "database", "embedded"]],
    settings: { env: DATABASE },
    changed: { env: {} },
  },
  "a proposal over another file": {
    next: /Add --force to replace it, or choose another file with -o\./,
    refused: ["baseline", "propose", "-o", "ports.yaml"],
    followed: [
      ["baseline", "propose", "-o", "other.yaml"],
      ["baseline", "propose", "-o", "ports.yaml", "--force"],
    ],
    before: () => writeFile(inDirectory("ports.yaml"), ""),
  },
  "a port baseline over another file": {
    next: /Add --force to replace it, or choose another file with -o\./,
    refused: ["baseline", "export", "-o", "ports.yaml"],
    followed: [
      ["baseline", "export", "-o", "other.yaml"],
      ["baseline", "export", "-o", "ports.yaml", "--force"],
    ],
    before: () => writeFile(inDirectory("ports.yaml"), ""),
  },
  "a document in a directory that does not exist": {
    next: /Choose a directory that exists and that you can write to, and run the command again\./,
    refused: ["baseline", "propose", "-o", "none/ports.yaml"],
    followed: [["baseline", "propose", "-o", "some/ports.yaml"]],
    before: () => mkdir(inDirectory("some")),
  },
  "a port baseline that is too large": {
    next: /Use port ranges, CIDR blocks, tags or system types instead of single endpoints\./,
    refused: ["baseline", "submit", "ports.yaml"],
    followed: [["baseline", "submit", "ports.yaml"]],
    before: async () => {
      await writeFile(inDirectory("ports.yaml"), "version: 1\nauthorizedPorts: []\n");
      await truncate(inDirectory("ports.yaml"), LARGEST_BASELINE.bytes + 1);
    },
    first: () =>
      writeFile(inDirectory("ports.yaml"), "version: 1\nauthorizedPorts: [{ cidr: 10.0.0.0/8, port: 22 }]\n"),
  },
  "another file for a checkpoint": {
    next: /Give a file that portolan evidence checkpoint printed, with or without --json\./,
    refused: ["evidence", "verify", "--checkpoint", "wrong.txt"],
    followed: [
      ["evidence", "verify", "--checkpoint", "note.txt"],
      ["evidence", "verify", "--checkpoint", "note.json"],
    ],
    before: () => writeFile(inDirectory("wrong.txt"), "something else\n"),
    first: async () => {
      for (const [file, ...json] of [["note.txt"], ["note.json", "--json"]] as const) {
        const around = cli.surroundings();
        expect(await run(["evidence", "checkpoint", ...json], around)).toBe(0);
        await writeFile(inDirectory(file), around.printed.out);
      }
    },
  },
  "a key with an empty name": {
    next: /See portolan keys make --help\./,
    refused: [...key, ""],
    followed: [
      ["keys", "make", "--help"],
      [...key, "backups"],
    ],
  },
  "a setting that cannot be read": {
    next: /Correct it, then run portolan config check\./,
    refused: ["config", "show"],
    followed: [
      ["config", "check"],
      ["config", "show"],
    ],
    settings: { env: { PORTOLAN_PORT: "soon" } },
    changed: { env: { PORTOLAN_PORT: "4600" } },
  },
  "a configuration file of another name": {
    next: /Correct PORTOLAN_CONFIG, or the file or its permissions\./,
    refused: ["config", "show"],
    followed: [["config", "show"]],
    before: () => writeFile(inDirectory("server.yaml"), "version: 1\n"),
    settings: { env: { PORTOLAN_CONFIG: "sever.yaml" } },
    changed: { env: { PORTOLAN_CONFIG: "server.yaml" } },
  },
  "a directory in place of the configuration file": {
    next: /Correct the file or its permissions\./,
    refused: ["config", "show"],
    followed: [["config", "show"]],
    before: () => mkdir(inDirectory("portolan.server.yaml")),
    first: () => rename(inDirectory("portolan.server.yaml"), inDirectory("portolan.server.d")),
  },
  "a part of single sign-on, by all of it": {
    next: /Set oidc\.issuer, oidc\.clientId and oidc\.clientSecretFile, or none of them\./,
    refused: ["status"],
    followed: [["status"]],
    before: () => writeFile(inDirectory("secret"), "s3cret\n", { mode: 0o600 }),
    settings: { env: { PORTOLAN_OIDC_ISSUER: "https://id.example" } },
    changed: {
      env: {
        PORTOLAN_OIDC_ISSUER: "https://id.example",
        PORTOLAN_OIDC_CLIENT_ID: "portolan",
        PORTOLAN_OIDC_CLIENT_SECRET_FILE: "secret",
      },
    },
  },
  "a part of single sign-on, by none of it": {
    next: /, or none of them\./,
    refused: ["status"],
    followed: [["status"]],
    settings: { env: { PORTOLAN_OIDC_ISSUER: "https://id.example" } },
    changed: { env: {} },
  },
  "a period backwards": {
    next: /Give the earlier time first\./,
    refused: ["diff", "-1h", "-2h"],
    followed: [["diff", "-2h", "-1h"]],
  },
  "a number out of its range": {
    next: /Give a number from 1 to 1000\./,
    refused: ["sweeps", "--limit", "0"],
    followed: [
      ["sweeps", "--limit", "1"],
      ["sweeps", "--limit", "1000"],
    ],
  },
  "a port out of its range": {
    next: /Give a port from 1 to 65535\./,
    refused: ["exposure", "10.0.0.2:70000"],
    followed: [
      ["exposure", "10.0.0.2:1"],
      ["exposure", "10.0.0.2:65535"],
    ],
  },
  "a PDF for a terminal": {
    next: /Add -o findings\.pdf, or redirect the output/,
    refused: ["findings", "--format", "pdf"],
    followed: [["findings", "--format", "pdf", "-o", "findings.pdf"]],
    settings: { terminal: true },
  },
  "a file without a format": {
    next: /Add --format with one of csv, .*; or use --json > FILE\./,
    refused: ["findings", "-o", "x.csv"],
    followed: [
      ["findings", "-o", "x.csv", "--format", "csv"],
      ["findings", "--json"],
    ],
  },
  "a status of another name": {
    next: /Give one or more of .*, separated by commas\./,
    refused: ["findings", "--status", "shut"],
    followed: [["findings", "--status", "new,resolved"]],
  },
  "a kind of another name": {
    next: /Give one or more of them, separated by commas: --kind full,known\./,
    refused: ["sweeps", "--kind", "odd"],
    followed: [["sweeps", "--kind", "full,known"]],
  },
  "a cadence in words": {
    next: /Give a duration such as 15m, 1h or 1d\./,
    refused: ["init", "--yes", "--cadence", "hourly"],
    followed: [["init", "--yes", "--cadence", "15m"]],
  },
  "questions without a terminal": {
    next: /Add --yes to take the defaults: portolan init --yes/,
    refused: ["init"],
    followed: [["init", "--yes"]],
  },
  "a question without an answer": {
    next: /its --help shows the options that answer its questions\.|answer/,
    refused: ["init"],
    followed: [["init", "--yes", "--name", "shop", "--target", "10.0.0.0/29", "--cadence", "1d"]],
    settings: { answers: [] },
  },
  "a document that exists": {
    next: /Edit it, or move it away and run portolan init again\./,
    refused: ["init", "--yes"],
    followed: [["init", "--yes"]],
    before: () => writeFile(inDirectory("portolan.yaml"), "version: 1\n"),
    first: () => rename(inDirectory("portolan.yaml"), inDirectory("portolan.yaml.old")),
  },
  "a token's lifetime in words": {
    next: /Give a duration such as 1h\./,
    refused: ["sensors", "enrol", "web-1", "--valid", "soon"],
    followed: [["sensors", "enrol", "web-1", "--valid", "1h"]],
  },
  "a sensor with a name of blanks": {
    next: /Use the host's name, for example\./,
    refused: ["sensors", "enrol", "web 1"],
    followed: [["sensors", "enrol", "web-1.example"]],
  },
  "a role of another name": {
    next: /Give a role such as engineer or auditor@2026-03-01\.\.2026-03-31/,
    refused: ["users", "invite", "ada@example.com", "boss", "--name", "Ada"],
    followed: [
      ["users", "invite", "ada@example.com", "engineer", "--name", "Ada"],
      ["users", "invite", "ada@example.com", "auditor@2026-03-01..2026-03-31", "--name", "Ada"],
    ],
  },
  "neither roles nor --none": {
    next: /Run portolan users list to see their current roles\./,
    refused: ["users", "roles", "ada@example.com"],
    followed: [
      ["users", "list"],
      ["users", "roles", "ada@example.com", "engineer"],
      ["users", "roles", "ada@example.com", "--none"],
    ],
  },
  "neither --same-as nor --separate": {
    next: /Run portolan users list to see which accounts are known to be of one person\./,
    refused: ["users", "person", "ada@example.com"],
    followed: [
      ["users", "list"],
      ["users", "person", "ada@example.com", "--same-as", "ada@admin.example.com"],
      ["users", "person", "ada@example.com", "--separate"],
    ],
  },
  "a user without an e-mail address": {
    next: /See portolan users invite --help\./,
    refused: ["users", "invite", "ada", "engineer", "--name", "Ada"],
    followed: [
      ["users", "invite", "--help"],
      ["users", "invite", "ada@example.com", "engineer", "--name", "Ada"],
    ],
  },
  "a command of another name": {
    next: /See portolan --help, or portolan COMMAND --help\./,
    refused: ["scan"],
    followed: [["--help"], ["sweep", "--help"]],
  },
  "an export over another file": {
    next: /Choose another name with -o, e\.g\. one with the date\./,
    refused: [...csv, "-o", "findings.csv"],
    followed: [[...csv, "-o", "findings-2026-03-14.csv"]],
    before: () => writeFile(inDirectory("findings.csv"), ""),
  },
  "an export into a directory that does not exist": {
    next: /Choose a file in a directory that you can write to\./,
    refused: [...csv, "-o", "none/findings.csv"],
    followed: [[...csv, "-o", "some/findings.csv"]],
    before: () => mkdir(inDirectory("some")),
  },
  "a backup over another file": {
    next: /Choose another name with -o\./,
    refused: ["backup", "-o", "a.backup"],
    followed: [["backup", "-o", "b.backup"]],
    before: () => writeFile(inDirectory("a.backup"), ""),
    settings: { door: { inspectBackup: () => Promise.resolve(BACKUP) } },
  },
  "a bundle over another folder": {
    next: /Choose another folder with -o\./,
    refused: ["evidence", "export", "--from", "-1d", "-o", "used"],
    followed: [["evidence", "export", "--from", "-1d", "-o", "unused"]],
    before: () => mkdir(inDirectory("used/by-others"), { recursive: true }),
    settings: { door: { bundleFiles: manifestAlone } },
  },
  "a backup into a directory that does not exist": {
    next: /Check that its directory exists, that the disk has room/,
    refused: ["backup", "-o", "none/a.backup"],
    followed: [["backup", "-o", "none/a.backup"]],
    first: () => mkdir(inDirectory("none")),
    settings: { door: { inspectBackup: () => Promise.resolve(BACKUP) } },
  },
  "a file of ports that does not exist": {
    next: /Check the name of the file and its permissions\./,
    refused: ["baseline", "submit", "ports.yaml"],
    followed: [["baseline", "submit", "ports.yaml"]],
    first: () => writeFile(inDirectory("ports.yaml"), "version: 1\nauthorizedPorts: []\n"),
  },
};

describe("the next step of a refused command line", () => {
  it.each(Object.entries(CASES))("leads on from %s", async (_, { next, refused, followed, ...rest }) => {
    await rest.before?.();
    const around = cli.surroundings(rest.settings);
    expect(await run(refused, around)).toBe(2);
    expect(around.printed.err.replaceAll(/\s+/g, " ")).toMatch(next);
    await rest.first?.();
    for (const argv of followed) {
      const again = cli.surroundings({ ...rest.settings, ...rest.changed, operations: fakeOperations() });
      expect(await run(argv, again), `${argv.join(" ")}: ${again.printed.err}`).not.toBe(2);
    }
  });
});
