import { createHash } from "node:crypto";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as app from "../../src/app.ts";
import { run } from "../../src/cli/run.ts";
import { openStore } from "../../src/platform/storage/index.ts";
import { askForDatabases, copyHome } from "../databases.ts";
import { fakeOperations } from "../fakes/operations.ts";
import { fakeSurroundings } from "../fakes/surroundings.ts";

const SCOPE = `version: 1
name: t
systemTypes: { s: { cadence: 1h, ports: "1" } }
targets: [{ name: lan, addresses: [127.0.0.9], systemType: s, undeclared: allow }]
`;
const KEY = "keys/evidence.pem";

describe("following the next step after damage", { tags: ["long"] }, () => {
  let directory: string;
  /** A record with a sweep in it, of which `good.backup` is the backup. */
  let whole: string;
  let home: string;
  let homes = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-damage-"));
    await writeFile(join(directory, "portolan.yaml"), SCOPE);
    home = whole = join(directory, "whole");
    copyHome((await askForDatabases()).templateHome, whole);
    await works("sweep");
    await works("backup", "-o", "good.backup");
  }, 60_000);
  afterAll(() => rm(directory, { recursive: true }));
  beforeEach(() => fresh());

  /** A home that is not there yet. */
  const another = (): void => void (home = join(directory, `home-${(homes += 1)}`));
  const fresh = async (): Promise<void> => {
    another();
    await cp(whole, home, { recursive: true });
  };
  const keyPutBack = (): Promise<void> => cp(join(whole, KEY), join(home, KEY));

  async function portolan(...argv: string[]): Promise<{ code: number; err: string }> {
    const settings = { directory, operations: fakeOperations(), door: app, env: { PORTOLAN_HOME: home } };
    const around = { ...fakeSurroundings(settings), clock: { now: () => Date.now() } };
    const code = await run(argv, around);
    return { code, err: `${around.printed.out}${around.printed.err}`.replaceAll(/\s+/g, " ") };
  }
  async function refused(next: string, ...argv: string[]): Promise<void> {
    const { code, err } = await portolan(...argv);
    expect(code, err).toBe(2);
    expect(err).toContain(next);
  }
  async function works(...argv: string[]): Promise<void> {
    const { code, err } = await portolan(...argv);
    expect(code, `${argv.join(" ")}: ${err}`).not.toBe(2);
  }
  const changed = async (...statements: string[]): Promise<void> => {
    const store = await openStore({ home });
    for (const statement of statements) await store.executeSql(statement);
    await store.close();
  };

  it.each([
    [
      "without a database in it",
      "PG_VERSION",
      "Move it away. Then restore a backup with portolan restore FILE, or begin a new record in another PORTOLAN_HOME.",
    ],
    [
      "with a database that does not start",
      "global/pg_control",
      "Move the directory data in it away. Then restore a backup with portolan restore FILE, or begin a new record in another PORTOLAN_HOME.",
    ],
  ])(
    "moves away a directory %s",
    async (_, file, next) => {
      const damage = (): Promise<void> => rm(join(home, "data", file));
      await damage();
      await refused(next, "sweep");
      await rename(join(home, "data"), join(home, "moved"));
      await works("restore", "good.backup");
      await works("sweep");
      await damage();
      await refused(next, "sweep");
      await rename(join(home, "data"), join(home, "moved-too"));
      await refused("To begin another record, use another PORTOLAN_HOME.", "sweep");
      const damaged = home;
      another();
      await works("sweep");
      home = damaged;
      await works("restore", "good.backup");
      await works("sweep");
    },
    120_000,
  );

  it("puts back the key of the log, damaged or replaced", async () => {
    await writeFile(join(home, KEY), "no key");
    await refused("Put your copy of the file back: portolan backup leaves it out.", "sweep");
    await keyPutBack();
    await works("sweep");
    const damaged = home;
    another();
    copyHome((await askForDatabases()).templateHome, home);
    await works("sweep");
    await cp(join(home, KEY), join(damaged, KEY));
    home = damaged;
    await refused("Put the keys/evidence.pem of the installation that created the log", "sweep");
    await keyPutBack();
    await works("sweep");
  });

  it("verifies a log that was altered, and restores a backup into an empty home", async () => {
    await changed("SET session_replication_role = replica", "UPDATE evidence_head SET size = size - 1");
    await refused("Run `portolan evidence verify`; if it finds the log altered, keep this database", "sweep");
    expect((await portolan("evidence", "verify")).code).not.toBe(0);
    another();
    await works("restore", "good.backup");
    await keyPutBack();
    await works("sweep");
  });

  it("restores the last backup from before a finding was changed by hand", async () => {
    const listener = createServer().listen(1, "127.0.0.9");
    await once(listener, "listening");
    await writeFile(join(directory, "ports.yaml"), "version: 1\nauthorizedPorts: []\n");
    await works("baseline", "approve", "ports.yaml", "--by", "Ada");
    await works("sweep");
    await works("backup", "-o", "before.backup");
    await changed("ALTER TABLE finding DISABLE TRIGGER USER; UPDATE finding SET subject = '{}'");
    await refused("Restore the last backup from before it was changed by hand, or open the record", "findings");
    another();
    await works("restore", "before.backup");
    const { code, err } = await portolan("findings");
    expect(err).toContain("unauthorized-open");
    expect(code).toBe(1);
    listener.close();
  });

  it("waits for the process that has the record, or uses another home", async () => {
    const store = await openStore({ home });
    const next = "Wait until it ends, use its API (portolan start), or name another directory in PORTOLAN_HOME.";
    await refused(next, "sweep");
    const taken = home;
    await fresh();
    await works("sweep");
    await store.close();
    home = taken;
    await works("sweep");
  });

  const forged: Readonly<Record<string, [next: string, (text: string) => string | Buffer]>> = {
    "that was cut off": [
      "Use another backup. portolan backup reads every file once more after writing it, so this one was changed or cut off",
      (text) => gzipSync(text.slice(0, -100)),
    ],
    "with a table of another": [
      "Use another backup. Nothing was restored.",
      (text) => text.replaceAll('"scope_version"', '"scope_versions"'),
    ],
    "whose log was altered": [
      "Use another backup, and keep this one for an investigation. Nothing was restored.",
      (text) => text.replaceAll("scope-recorded", "scope-recorder"),
    ],
    "whose rows contradict its log": [
      "To restore it nevertheless, add --accept-contradictions. Nothing was restored.",
      (text) => text.replace(/("table":"scope_version".*\n\[.*?")[0-9a-f]{64}"/, `$1${"0".repeat(64)}"`),
    ],
  };
  it.each(Object.entries(forged))("uses another backup than one %s", { timeout: 120_000 }, async (_, [next, forge]) => {
    const made = forge(gunzipSync(await readFile(join(directory, "good.backup"))).toString());
    await writeFile(join(directory, "bad.backup"), typeof made === "string" ? sealed(made) : made);
    another();
    await refused(next, "restore", "bad.backup");
    if (next.includes("--accept-contradictions")) {
      expect((await portolan("restore", "bad.backup", "--accept-contradictions")).code).toBe(1);
      another();
    }
    await works("restore", "good.backup");
  });
});

/** The same lines with a digest that fits them. */
function sealed(text: string): Buffer {
  const body = `${text.trimEnd().split("\n").slice(0, -1).join("\n")}\n`;
  const sha256 = createHash("sha256").update(body).digest("hex");
  return gzipSync(`${body}${JSON.stringify({ complete: true, sha256 })}\n`);
}
