import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chown, copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DoctorResult, SweepResult } from "../../src/contract/index.ts";
import { describeLab, lab, type Lab, type RunResult } from "../lab/index.ts";
import { IS_POOR, PROGRAM, WATCHING_BRIEFLY, workplace, type Workplace } from "./portolan.ts";

const NOBODY = 65_534;
const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] as const;
const SCOPE = `version: 1
name: lab
systemTypes: { server: { cadence: 1h, ports: "80" } }
targets: [{ name: lab, addresses: [10.77.0.2, 127.0.0.1], systemType: server, owner: me }]
`;
const GRANT = (node: string): string => `sudo setcap cap_net_raw+ep ${node}`;

/** Effective capabilities of every thread, and the other privileges in its status. */
async function rightsOf(pid: number): Promise<{ capabilities: string[]; uids: string[]; noNewPrivileges: string[] }> {
  const texts = await Promise.all(
    (await readdir(`/proc/${pid}/task`)).map((thread) => readFile(`/proc/${pid}/task/${thread}/status`, "utf8")),
  );
  const each = (pattern: RegExp): string[] => [...new Set(texts.map((text) => pattern.exec(text)?.[1] ?? ""))];
  return {
    capabilities: each(/^CapPrm:\s+(\w+)\nCapEff:\s+\1$/m),
    uids: each(/^Uid:\s+(\d+)\s/m),
    noNewPrivileges: each(/^NoNewPrivs:\s+(\d)$/m),
  };
}

describeLab("rights", () => {
  let net: Lab;
  let place: Workplace;
  let programs: string;
  let granted: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    net = await lab({ hosts: [{ name: "web", listeners: [80, 443] }] });
    place = await workplace(net.scanner, "embedded");
    await place.write("portolan.yaml", SCOPE);
    execFileSync("chown", ["-R", `${NOBODY}:${NOBODY}`, place.directory]);
    programs = await mkdtemp(join(tmpdir(), "portolan-node-"));
    // Created here: otherwise root would be its first user and keep it from all others.
    await mkdir(join(programs, "cache"));
    for (const path of [programs, join(programs, "cache")]) await chown(path, NOBODY, NOBODY);
    granted = join(programs, "node");
    const { PATH, PORTOLAN_IDENTIFY } = process.env;
    env = { PATH, PORTOLAN_IDENTIFY, NO_COLOR: "1", NODE_COMPILE_CACHE: join(programs, "cache") };
    await copyFile(process.execPath, granted);
  }, 120_000);

  afterAll(async () => {
    await place.remove();
    await rm(programs, { recursive: true });
    await net.close();
  });

  const run = (command: readonly [string, ...string[]], ...words: string[]): Promise<RunResult> =>
    net.scanner.run([...command, PROGRAM, ...words], {
      cwd: place.directory,
      env,
    });
  async function sweepOf(command: readonly [string, ...string[]], ...words: string[]): Promise<SweepResult> {
    const { stdout, stderr } = await run(command, "sweep", ...words, "--json");
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout) as SweepResult;
  }

  /** The privileges of a monitoring process after its start, and a sweep that it runs. */
  async function watchedBy(command: readonly [string, ...string[]]) {
    const child = net.scanner.spawn([...command, ...WATCHING_BRIEFLY.slice(1), "start", "--port", "0"], {
      cwd: place.directory,
      env,
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    const presence = join(place.directory, ".portolan/server.json");
    const { pid = 0 } = child;
    for (let tries = 0; ; tries++) {
      const text = await readFile(presence, "utf8").catch(() => "");
      if (text.includes(`"pid":${pid}`) || text.includes(`"pid": ${pid}`)) break;
      if (tries > 300 || child.exitCode !== null) throw new Error(`no ${presence}: ${text}`);
      await pause(100);
    }
    const { sweep } = await sweepOf([...asNobody, process.execPath], "10.77.0.2", "-p", "1-100,443");
    const rights = await rightsOf(pid);
    child.kill("SIGTERM");
    await ended;
    return { sweep, rights };
  }
  const NOTHING = { capabilities: ["0000000000000000"], uids: [String(NOBODY)], noNewPrivileges: ["1"] };

  it.skipIf(IS_POOR)(
    "continues as the owner of the record without capabilities, in every thread, after a start as root, and sends raw packets: needs CAP_NET_RAW",
    async () => {
      const { sweep, rights } = await watchedBy([process.execPath]);
      expect(rights).toEqual(NOTHING);
      expect(sweep).toMatchObject({ engine: "syn", verdict: "complete", counts: { open: 2, closed: 99 } });
    },
    60_000,
  );

  it("gives a user without the capability everything but raw packets, and names the command that grants it", async () => {
    const user = [...asNobody, process.execPath] as const;
    const loopback = await sweepOf(user, "127.0.0.1", "-p", "9");
    expect(loopback.sweep).toMatchObject({ engine: "connect", verdict: "complete" });
    expect(loopback.engineNote).toBeUndefined();

    const network = await sweepOf(user, "10.77.0.2", "-p", "1-100,443");
    expect(network.sweep).toMatchObject({ engine: "connect", verdict: "complete", counts: { open: 2, closed: 99 } });
    expect(network.engineNote).toContain(GRANT(process.execPath));

    const refused = await run(user, "sweep", "10.77.0.2", "-p", "80", "--engine", "syn");
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(GRANT(process.execPath));

    const doctor = JSON.parse((await run(user, "doctor", "--json")).stdout) as DoctorResult;
    const check = doctor.checks.find(({ name }) => name === "raw sockets");
    expect(check?.fix).toContain(GRANT(process.execPath));
    expect(check?.fix).toContain("--cap-add NET_RAW");
    expect(check?.fix).toContain("every script that this node runs");
  }, 60_000);

  it.skipIf(IS_POOR)(
    "sends raw packets for a user after that command, and has dropped the capability by then: needs CAP_NET_RAW",
    async (context) => {
      const set = spawnSync("setcap", ["cap_net_raw+ep", granted], { encoding: "utf8" });
      context.skip(set.error !== undefined, "setcap is not installed");
      expect(set.stderr).toBe("");
      const user = [...asNobody, granted] as const;
      const asked = await net.scanner.run([
        ...user,
        "-p",
        `require("node:fs").readFileSync("/proc/self/status", "utf8")`,
      ]);
      context.skip(
        !/^CapEff:\s+0*2000$/m.test(asked.stdout),
        "files below the temporary directory get no capabilities",
      );

      const { sweep, rights } = await watchedBy(user);
      expect(rights).toEqual(NOTHING);
      expect(sweep).toMatchObject({ engine: "syn", verdict: "complete", counts: { open: 2, closed: 99 } });
    },
    60_000,
  );
});
