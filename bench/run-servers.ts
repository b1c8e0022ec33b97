import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SERVERS, upstream, where, type RealServer } from "./servers.ts";

export interface RunningServer extends RealServer {
  /** The upstream part of the package's version: the truth. */
  readonly truth: string;
}

const START_WITHIN = 60_000;

export function inNamespace(script: string, args: readonly string[]): ReturnType<typeof spawnSync> {
  // With a process namespace around them, nothing that a server started outlives the run.
  const inside = `ip link set lo up && exec "$@"`;
  return spawnSync(
    "unshare",
    [
      "--net",
      "--pid",
      "--fork",
      "--mount-proc",
      "--kill-child",
      "sh",
      "-c",
      inside,
      "sh",
      process.execPath,
      script,
      ...args,
    ],
    { stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 28 },
  );
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port });
  try {
    return await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

/** Starts the installed servers and returns those that accept connections. Reports the others on standard error. */
export async function startServers(only: readonly string[]): Promise<{ servers: RunningServer[]; stop(): void }> {
  const root = mkdtempSync(join(tmpdir(), "portolan-servers-"));
  spawnSync("chmod", ["755", root]);
  const children: ChildProcess[] = [];
  const started: RunningServer[] = [];
  for (const [index, server] of SERVERS.entries()) {
    if (only.length > 0 && !only.includes(server.name)) continue;
    const truth = spawnSync("dpkg-query", ["-W", "-f", "${Version}", server.package], { encoding: "utf8" }).stdout;
    const dir = join(root, `${index}`);
    mkdirSync(dir, { mode: 0o755 });
    const [command, ...args] = server.start(dir);
    const program = where(command);
    if (program === undefined) {
      process.stderr.write(`${server.name} is not installed\n`);
      continue;
    }
    const log = openSync(join(dir, "output"), "w");
    const asUser = server.user === undefined ? [] : ["setpriv", `--reuid=${server.user}`, "--clear-groups"];
    const [first = program, ...rest] = [...asUser, program, ...args];
    children.push(
      spawn(first, rest, { stdio: ["ignore", log, log], env: { ...process.env, ...server.env }, detached: true }),
    );
    closeSync(log);
    started.push({ ...server, truth: truth === "" ? versionOf(server) : upstream(truth) });
  }
  const until = Date.now() + START_WITHIN;
  const up = new Set<RunningServer>();
  while (up.size < started.length && Date.now() < until) {
    for (const server of started) if (!up.has(server) && (await answers(server.port))) up.add(server);
    await sleep(200);
  }
  for (const server of started.filter((each) => !up.has(each))) {
    const output = spawnSync("tail", [
      "-c",
      "400",
      join(root, `${SERVERS.findIndex(({ name }) => name === server.name)}`, "output"),
    ]);
    process.stderr.write(`${server.name} did not start: ${output.stdout.toString()}\n`);
  }
  // A server that accepts connections may not be ready to answer yet.
  await sleep(3_000);
  return {
    servers: started.filter((each) => up.has(each)),
    stop() {
      for (const { pid } of children) {
        try {
          if (pid !== undefined) process.kill(-pid, "SIGKILL");
        } catch {
          // It has already exited.
        }
      }
      rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** The version of a package that was unpacked outside the system: the one in the repository. */
function versionOf({ package: name }: RealServer): string {
  const policy = spawnSync("apt-cache", ["policy", name], { encoding: "utf8" }).stdout;
  return upstream(/Candidate: (\S+)/.exec(policy)?.[1] ?? "");
}
