import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IS_POOR } from "./portolan.ts";

const LAUNCHER = fileURLToPath(new URL("../../bin/portolan.js", import.meta.url));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "portolan-launcher-"));
});
afterAll(() => rm(directory, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Without the paths that npm adds, `node` is the machine's own. */
function hostPath(): string {
  return (process.env["PATH"] ?? "")
    .split(":")
    .filter((part) => !part.includes("node_modules"))
    .join(":");
}

function portolan(...argv: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { PATH: hostPath(), HOME: directory, TZ: "UTC" };
    const child = spawn(LAUNCHER, argv, { cwd: directory, stdio: ["ignore", "pipe", "pipe"], env });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

describe("bin/portolan.js on the machine's own Node", () => {
  it("prints the version and nothing else", async () => {
    const ended = await portolan("--version");
    expect(ended).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string, err: "" });
  });

  it("prints help without a warning", async () => {
    const ended = await portolan("--help");
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(ended.out).toContain("Usage: portolan");
  });

  it("names the next command as it can be run from any folder", async () => {
    const ended = await portolan("status");
    const program = join(LAUNCHER, "../portolan");
    expect(ended.err).toContain(`${program} init`);
    expect(ended.err).not.toContain("npx");
    expect(await promisify(execFile)(program, ["--version"])).toMatchObject({ stderr: "" });
  });

  it.each([
    [["statsu"], "unknown command 'statsu' (Did you mean status?)"],
    [["sweep", "--jsn"], "unknown option '--jsn' (Did you mean --json?)"],
    [["at", "2026-02-30"], "'2026-02-30' is not a valid time"],
    [["diff", "now", "-1h"], "is not before"],
    [["init"], "no terminal"],
    [["baseline", "approve", "nowhere.yaml", "--by", "Jane"], "nowhere.yaml cannot be read"],
  ])("%j keeps exit code 2 and says why on stderr", async (argv, part) => {
    const ended = await portolan(...argv);
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.err).toContain(part);
    expect(ended.err).toContain("next: ");
  });
});

describe.skipIf(IS_POOR)("a launcher that is killed: on a poor machine, another process is in between", () => {
  it(
    "takes the program with it, which ends in order and releases its record",
    { tags: ["long"], timeout: 90_000 },
    async () => {
      await writeFile(join(directory, "portolan.yaml"), SCOPE);
      const env = { PATH: hostPath(), HOME: directory, TZ: "UTC", NO_COLOR: "1" };
      const launcher = spawn(LAUNCHER, ["start", "--port", "0"], {
        cwd: directory,
        stdio: ["ignore", "pipe", "pipe"],
        env,
      });
      let said = "";
      for (const stream of [launcher.stdout, launcher.stderr])
        stream.on("data", (data: Buffer) => (said += data.toString()));
      // A process of its own only where the machine's Node is too old; elsewhere the launcher is the program.
      await expect.poll(() => said, { timeout: 60_000 }).toContain("Monitoring.");
      launcher.kill("SIGKILL");
      if (process.platform === "linux" && (await olderNode())) {
        await expect.poll(() => said, { timeout: 20_000 }).toContain("Stopping.");
      }
      await expect.poll(async () => (await portolan("status")).code, { timeout: 30_000 }).not.toBe(2);
    },
  );
});

const SCOPE = `version: 1
name: small
systemTypes: { host: { cadence: 1h, ports: "61100-61109" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host, owner: me }]
`;

/** Whether `node` of this machine is one that the launcher replaces. */
async function olderNode(): Promise<boolean> {
  const child = spawn("node", ["--version"], { env: { PATH: hostPath() }, stdio: ["ignore", "pipe", "ignore"] });
  const chunks: Buffer[] = await child.stdout.toArray();
  return Number(/^v(\d+)/.exec(Buffer.concat(chunks).toString())?.[1] ?? 99) < 24;
}
