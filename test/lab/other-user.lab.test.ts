import { spawnSync } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const OTHER = 65_534;
const isRoot = process.getuid?.() === 0;

let root = "";
let home = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "portolan-other-"));
  await chmod(root, 0o755);
  home = join(root, "home");
  await mkdir(home, { mode: 0o755 });
});
afterEach(() => rm(root, { recursive: true }));

interface Case {
  readonly next: RegExp;
  /** A module of the sources, and what it is asked for; `home` is the directory that root has made. */
  readonly module: string;
  readonly call: string;
  readonly before: () => Promise<unknown>;
  /** The ways that the text names: what is done first, and who then does the same, in which directory. */
  readonly ways: readonly {
    readonly first?: () => Promise<unknown>;
    readonly as?: number;
    readonly in?: "elsewhere";
  }[];
}

const own = (path: string) => () => chown(path, OTHER, OTHER);
const ownHome = () => own(home)();
const asOwner = { as: 0 } as const;
const elsewhere = {
  in: "elsewhere",
  first: async () => {
    await mkdir(join(root, "elsewhere"));
    await own(join(root, "elsewhere"))();
  },
} as const;
const scopeFile = () => join(home, "portolan.yaml");
const SCOPE =
  "version: 1\nname: lab\nsystemTypes: { host: { cadence: 1h } }\ntargets: [{ addresses: [10.0.0.1], systemType: host }]\n";
const RECORD = '{ "version": 1, "store": "embedded" }';
const SURROUNDINGS = "{ directory: home, env: { PORTOLAN_HOME: home }, stderr: { write() {}, columns: 80 } }";

const CASES: Readonly<Record<string, Case>> = {
  "a home that it may not look into": {
    next: /^Run the command as the user who owns that directory, or name another one in PORTOLAN_HOME\.$/,
    module: "src/platform/storage/has-record.ts",
    call: "hasRecord({ home })",
    before: async () => {
      await mkdir(join(home, "data"));
      await chmod(home, 0o700);
    },
    ways: [asOwner, elsewhere],
  },
  "a home that it may not write to": {
    next: /^Make it writable for this user, or name another directory in PORTOLAN_HOME\.$/,
    module: "src/platform/storage/index.ts",
    call: "await openStore({ home }).then((store) => store.close())",
    before: () => Promise.resolve(),
    ways: [elsewhere, { first: ownHome }],
  },
  "a place for the key that it may not write to": {
    next: /^Make this directory writable for the user that runs Portolan, or set PORTOLAN_HOME to a writable one\.$/,
    module: "src/record/evidence/io/key.ts",
    call: "loadOrCreateKey(home)",
    before: () => Promise.resolve(),
    ways: [elsewhere, { first: ownHome }],
  },
  "a scope that it may not read": {
    next: /^Give this user read permission, or run as a user who has it\.$/,
    module: "src/scope/io/load-scope.ts",
    call: 'loadScope(home + "/portolan.yaml")',
    before: () => writeFile(scopeFile(), SCOPE, { mode: 0o600 }),
    ways: [asOwner, { first: () => chmod(scopeFile(), 0o644) }],
  },
  "a token that it may not read": {
    next: /^Run the command as the user who started Portolan\.$/,
    module: "src/server/token.ts",
    call: "await readToken(home)",
    before: () => writeFile(join(home, "token"), `${"t".repeat(43)}\n`, { mode: 0o600 }),
    ways: [asOwner],
  },
  "a memory of the database that it may not read": {
    next: /^Make it readable and writable for this user\. If it is damaged, delete it and run the command with the right/,
    module: "src/record/lineage/io/home-file.ts",
    call: "readHomeRecord(home)",
    before: () => writeFile(join(home, "record.json"), RECORD, { mode: 0o600 }),
    ways: [{ first: () => own(join(home, "record.json"))() }],
  },
  "a memory of the database that is damaged": {
    next: /If it is damaged, delete it and run the command with the right DATABASE_URL, or without one for the embedded/,
    module: "src/record/lineage/io/home-file.ts",
    call: "readHomeRecord(home)",
    before: () => writeFile(join(home, "record.json"), RECORD.slice(0, 9)),
    ways: [{ first: () => rm(join(home, "record.json")) }],
  },
  "a home that is open to others": {
    next: /^Close it as its owner: chmod 700 \/\S+$/,
    module: "src/cli/private-home.ts",
    call: `await keepHomePrivate(${SURROUNDINGS})`,
    before: () => Promise.resolve(),
    ways: [{ first: () => chmod(home, 0o700) }],
  },
  "a directory for a sensor that it may not make": {
    next: /^Run the sensor as the user who owns its directory\.$/,
    module: "src/sensing/sensor-agent/io/own-files.ts",
    call: 'makeOwnDirectory(home + "/sensor")',
    before: () => Promise.resolve(),
    ways: [asOwner],
  },
  "a home of a sensor below a file": {
    next: /^Name another directory in PORTOLAN_HOME\.$/,
    module: "src/sensing/sensor-agent/io/own-files.ts",
    call: 'makeOwnDirectory(home + "/sensor")',
    before: async () => {
      await rm(home, { recursive: true });
      await writeFile(home, "");
    },
    ways: [elsewhere],
  },
  "an enrolment of a sensor that it may not read": {
    next: /^Run the sensor as the user who owns its directory\.$/,
    module: "src/sensing/sensor-agent/io/own-files.ts",
    call: 'readIfThere(home + "/enrolment.json")',
    before: () => writeFile(join(home, "enrolment.json"), "{}", { mode: 0o600 }),
    ways: [asOwner],
  },
  "a home below a file": {
    next: /^Name another directory in PORTOLAN_HOME\.$/,
    module: "src/platform/storage/has-record.ts",
    call: "hasRecord({ home })",
    before: async () => {
      await rm(home, { recursive: true });
      await writeFile(home, "");
    },
    ways: [elsewhere],
  },
};

describe.skipIf(!isRoot)("the next step of another user than the owner (needs root)", () => {
  it.each(Object.entries(CASES))(
    "leads on from %s",
    { tags: ["long"] },
    async (_, { next, module, call, before, ways }) => {
      await before();
      expect(done(OTHER, home, module, call).next).toMatch(next);
      for (const way of ways) {
        await way.first?.();
        const place = way.in === undefined ? home : join(root, way.in);
        expect(done(way.as ?? OTHER, place, module, call)).toEqual({});
      }
    },
  );

  it("leads on from a read-only file system", { tags: ["long"] }, async () => {
    const key = `const { loadOrCreateSensorKey } = await import(${source("src/sensing/sensor-agent/io/enrolment-files.ts")});
      try { loadOrCreateSensorKey(home + "/sensor") } catch (error) { throw systemFault(error) ?? error }`;
    const readOnly = ["unshare", "-m", "sh", "-c", `mount -t tmpfs -o ro,mode=777 none ${home} && exec "$@"`, "sh"];
    const module = "src/platform/machine/index.ts";
    const next = "Name a writable directory (PORTOLAN_HOME, or TMPDIR for temporary files).";
    expect(done(OTHER, home, module, key, readOnly).next).toBe(next);
    await elsewhere.first();
    expect(done(OTHER, join(root, "elsewhere"), module, key, readOnly)).toEqual({});
  });

  it("leads on from a port below 1024", { tags: ["long"] }, async () => {
    await ownHome();
    const listening = (
      port: number,
    ): string => `const { fakeOperations } = await import(${source("test/fakes/operations.ts")});
      const server = await startServer({ operations: fakeOperations(), home, version: "0", port: ${port}, clock: Date, onUnexpected() {} });
      await server.stop();`;
    const module = "src/server/index.ts";
    const fresh = ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
    expect(done(OTHER, home, module, listening(80), fresh).next).toBe("Choose a port above 1023 with --port.");
    expect(done(OTHER, home, module, listening(1024), fresh)).toEqual({});
  });
});

function source(path: string): string {
  return JSON.stringify(pathToFileURL(join(import.meta.dirname, "../..", path)).href);
}

/** The next step that a process of this user prints; nothing if it did what it was asked for. */
function done(
  user: number,
  place: string,
  module: string,
  call: string,
  before: readonly string[] = [],
): { next?: string } {
  const code = `const home = ${JSON.stringify(place)};
    process.setgid(${user}); process.setgroups([]); process.setuid(${user});
    const { hasRecord, openStore, loadOrCreateKey, loadScope, readToken, readHomeRecord, keepHomePrivate, readIfThere, makeOwnDirectory, systemFault, startServer } = await import(${source(module)});
    try { ${call}; console.log("{}"); } catch (error) { console.log(JSON.stringify({ next: error.next ?? error.stack })); }`;
  const { stdout, stderr } = spawnSync("env", [...before, process.execPath, "--input-type=module", "-e", code], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as { next?: string };
}
