import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EntriesResult } from "../../src/contract/index.ts";
import { askForDatabases } from "../databases.ts";
import { WATCHING_BRIEFLY } from "./portolan.ts";

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
    await rm(directory, { recursive: true, force: true });
  });

  /** Runs on a disk of its own with a copy of an empty record. The shell becomes the program, so this is its process. */
  async function start(): Promise<ChildProcess> {
    const { templateHome } = await askForDatabases();
    const mount = 'mkdir -m 700 "$1" && mount -t tmpfs -o size=200m,mode=700 none "$1" && cp -r "$2/." "$1"';
    const { DATABASE_URL: _, ...inherited } = process.env;
    watching = spawn(
      "unshare",
      [
        "-m",
        "sh",
        "-c",
        `${mount} && shift 2 && exec "$@"`,
        "sh",
        home,
        templateHome,
        ...WATCHING_BRIEFLY,
        "start",
        "--port",
        "0",
      ],
      { cwd: directory, env: { ...inherited, NO_COLOR: "1", PORTOLAN_HOME: home } },
    );
    for (const stream of [watching.stdout, watching.stderr]) {
      stream?.setEncoding("utf8").on("data", (data: string) => (said += data.replaceAll(/\s+/g, " ")));
    }
    await until(/Monitoring\./);
    return watching;
  }
  async function until(pattern: RegExp): Promise<void> {
    await vi
      .waitUntil(() => pattern.test(said), { timeout: 30_000 })
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
      // As somebody else would: until nothing more fits.
      spawnSync("sh", ["-c", 'cat /dev/zero > "$1"', "sh", filler], { stdio: "ignore" });
      await until(/too little of disk space: .* Make room on the file system of the record\./);
      rmSync(filler);
      await until(/GAP nobody looked from \S+ to \S+: this machine had too little of disk space to scan/);
      const sweeps = said.split("(full) complete").length;
      await vi.waitUntil(() => said.split("(full) complete").length > sweeps + 1, { timeout: 20_000 });
      const token = (await readFile(`/proc/${pid}/root${home}/token`, "utf8")).trim();
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said)!;
      const answer = await fetch(`${url}/api/v1/evidence/entries`, { headers: { authorization: `Bearer ${token}` } });
      const { entries } = (await answer.json()) as EntriesResult;
      const gaps = entries.filter(({ type }) => type === "gap-recorded").map(({ body }) => body);
      expect(gaps).toContainEqual(
        expect.stringMatching(/"cause":"shortage","detail":"this machine had too little of disk space/),
      );
    },
  );
});
