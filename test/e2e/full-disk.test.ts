import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EntriesResult } from "../../src/contract/index.ts";
import { askForDatabases } from "../databases.ts";
import { WATCHING_BRIEFLY } from "./portolan.ts";

const POSTGRES_ON_DISK = join(import.meta.dirname, "../fixtures/postgres-on-disk.ts");
const SCOPE = `version: 1
name: watched
systemTypes: { host: { cadence: 2s, ports: "61100-61199" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host, owner: me }]
`;

/** Only root may mount in a separate namespace. */
function canMount(): boolean {
  return spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" }).status === 0;
}

describe.skipIf(!canMount())("a disk that fills (needs root: mounts one)", { tags: ["long"] }, () => {
  let directory: string;
  let home: string;
  let watching: ChildProcess | undefined;
  let server: ChildProcess | undefined;
  let said: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-full-"));
    home = join(directory, "home");
    said = "";
    await writeFile(join(directory, "portolan.yaml"), SCOPE);
  });
  afterEach(async () => {
    if (watching?.exitCode === null) {
      watching.kill();
      await once(watching, "exit");
    }
    if (server?.exitCode === null) {
      server.stdin?.end();
      await once(server, "exit");
    }
    await rm(directory, { recursive: true, force: true });
  });

  /** Runs on a disk of its own with a copy of an empty record. The shell becomes the program, so this is its process. */
  async function start(): Promise<ChildProcess> {
    const { templateHome } = await askForDatabases();
    const mount = 'mkdir -m 700 "$1" && mount -t tmpfs -o size=200m,mode=700 none "$1" && cp -r "$2/." "$1"';
    return await watch(["unshare", "-m", "sh", "-c", `${mount} && shift 2 && exec "$@"`, "sh", home, templateHome]);
  }

  async function watch(around: readonly string[], databaseUrl?: string): Promise<ChildProcess> {
    const { DATABASE_URL: _, ...inherited } = process.env;
    const [command, ...words] = [...around, ...WATCHING_BRIEFLY, "start", "--port", "0"] as const;
    const database = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
    const env = { ...inherited, ...database, NO_COLOR: "1", PORTOLAN_HOME: home };
    watching = spawn(command, words, { cwd: directory, env });
    for (const stream of [watching.stdout, watching.stderr]) {
      stream?.setEncoding("utf8").on("data", (data: string) => (said += data.replaceAll(/\s+/g, " ")));
    }
    await until(/Monitoring\./);
    return watching;
  }

  /** A server whose data alone are on a disk of their own. */
  async function postgresOnDisk(): Promise<{ readonly url: string; readonly filler: string }> {
    const data = join(directory, "data");
    await chmod(directory, 0o755);
    const mount = 'mkdir -m 755 "$1" && mount -t tmpfs -o size=200m,mode=755 none "$1" && exec "$2" "$3" "$4" "$1"';
    server = spawn("unshare", ["-m", "sh", "-c", mount, "sh", data, process.execPath, POSTGRES_ON_DISK, directory], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [url] = (await once(server.stdout!, "data")) as [Buffer];
    return { url: url.toString().trim(), filler: `/proc/${server.pid}/root${data}/filler` };
  }

  /** As somebody else would: until nothing more fits. */
  function fill(filler: string): void {
    spawnSync("sh", ["-c", 'cat /dev/zero > "$1"', "sh", filler], { stdio: "ignore" });
  }

  /** Rows fit into pages that have room, so PostgreSQL records some sweeps on a full disk. */
  async function untilSweepsFallOut(): Promise<void> {
    const sweeps = (): number => said.split("(full) complete").length;
    let [seen, since] = [sweeps(), Date.now()];
    await vi.waitUntil(
      () => {
        if (seen !== sweeps()) [seen, since] = [sweeps(), Date.now()];
        return Date.now() - since > 10_000;
      },
      { timeout: 90_000, interval: 200 },
    );
  }

  async function expectGap(token: string): Promise<void> {
    const sweeps = said.split("(full) complete").length;
    await vi.waitUntil(() => said.split("(full) complete").length > sweeps + 1, { timeout: 60_000 });
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said)!;
    const answer = await fetch(`${url}/api/v1/evidence/entries`, { headers: { authorization: `Bearer ${token}` } });
    const { entries } = (await answer.json()) as EntriesResult;
    const gaps = entries.filter(({ type }) => type === "gap-recorded").map(({ body }) => body);
    expect(gaps).toContainEqual(
      expect.stringMatching(/"cause":"shortage","detail":"this machine had too little of disk space/),
    );
  }

  async function until(pattern: RegExp): Promise<void> {
    await vi
      .waitUntil(() => pattern.test(said), { timeout: 90_000 })
      .catch(() => {
        throw new Error(`${String(pattern)} is not in: ${said}`);
      });
  }

  it(
    "is reported, recorded as a gap once there is room again, and does not end the monitoring",
    { timeout: 90_000 },
    async () => {
      const { pid } = await start();
      const filler = `/proc/${pid}/root${home}/filler`;
      fill(filler);
      await until(/too little of disk space: .* Make room on the file system of the record\./);
      rmSync(filler);
      await until(/GAP nobody looked from \S+ to \S+: this machine had too little of disk space to scan/);
      await expectGap((await readFile(`/proc/${pid}/root${home}/token`, "utf8")).trim());
    },
  );

  it(
    "of PostgreSQL is reported, recorded as a gap once there is room again, and does not end the monitoring",
    { timeout: 240_000 },
    async () => {
      const { url, filler } = await postgresOnDisk();
      await watch([], url);
      fill(filler);
      await until(/too little of disk space: .* Make room on the file system of the record\./);
      await untilSweepsFallOut();
      rmSync(filler);
      await until(/GAP nobody looked from \S+ to \S+: this machine had too little of disk space to scan/);
      await expectGap((await readFile(join(home, "token"), "utf8")).trim());
      expect(watching?.exitCode).toBeNull();
    },
  );
});
