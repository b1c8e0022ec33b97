import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdir, mkdtemp, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { basename, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { describeLab, lab } from "../../../../test/lab/index.ts";
import { listenerFor } from "../listener.ts";
import { boundSockets, listeners, withOwners } from "./listeners.ts";
import { readProcTables } from "./proc-tables.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0)) await each();
});

async function listen(options: { host: string; port?: number; ipv6Only?: boolean }): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen({ port: 0, ...options }, resolve));
  undo.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as { port: number }).port;
}

/** A listener in a process of its own, with SO_REUSEPORT. */
async function listenElsewhere(port: number): Promise<number> {
  const script = `require("node:net").createServer().listen({ host: "127.0.0.1", port: ${port}, reusePort: true }, () => console.log("on"))`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  undo.push(async () => {
    const ended = once(child, "exit");
    child.kill();
    await ended;
  });
  await once(child.stdout, "data");
  return child.pid ?? 0;
}

describe.skipIf(process.platform !== "linux")("listeners of this machine", () => {
  it("are named with process, executable, user, namespace and bind scope, while they listen", async () => {
    const port = await listen({ host: "127.0.0.1" });
    const found = (await listeners()).find((each) => each.port === port);
    const executable = await readlink("/proc/self/exe");
    expect(found).toMatchObject({
      transport: "tcp",
      address: "127.0.0.1",
      bind: "loopback",
      pid: process.pid,
      process: basename(executable),
      executable,
      user: userInfo().username,
      namespace: Number(/\d+/.exec(await readlink("/proc/self/ns/net"))?.[0]),
    });
    for (const each of undo.splice(0)) await each();
    expect((await listeners()).some((each) => each.port === port)).toBe(false);
  });

  it("are distinguished by bind address, IPv6 alone or both, and UDP by being bound", async () => {
    const any = await listen({ host: "0.0.0.0" });
    const both = await listen({ host: "::" });
    const six = await listen({ host: "::", ipv6Only: true });
    const udp = createSocket("udp4").bind(0, "127.0.0.1");
    await once(udp, "listening");
    undo.push(() => udp.close());
    const all = await boundSockets();
    const on = (port: number) => all.filter((each) => each.port === port);
    expect(on(any)).toMatchObject([{ address: "0.0.0.0", transport: "tcp" }]);
    expect(on(both)).toMatchObject([{ address: "::", ipv6Only: false }]);
    expect(on(six)).toMatchObject([{ address: "::", ipv6Only: true }]);
    expect(on(udp.address().port)).toMatchObject([{ address: "127.0.0.1", transport: "udp" }]);
    const named = await withOwners(all);
    expect(listenerFor({ address: "127.0.0.1", transport: "tcp", port: both }, named)?.pid).toBe(process.pid);
    expect(listenerFor({ address: "127.0.0.1", transport: "tcp", port: six }, named)).toBeUndefined();
  });

  it("are the same by inet_diag and by /proc", async () => {
    const port = await listen({ host: "::1" });
    const of = (sockets: Awaited<ReturnType<typeof boundSockets>>) =>
      sockets.flatMap(({ transport, address, port: at, uid, inode }) =>
        at === port ? [{ transport, address, at, uid, inode }] : [],
      );
    const byDiag = of(await boundSockets());
    expect(byDiag).toHaveLength(1);
    expect(of(await readProcTables("/proc"))).toEqual(byDiag);
  });

  it("are one where two processes share a port", async () => {
    const port = await listen({ host: "127.0.0.1" });
    for (const each of undo.splice(0)) await each();
    const pids = [await listenElsewhere(port), await listenElsewhere(port)];
    const found = (await listeners()).filter((each) => each.port === port);
    expect(found).toMatchObject([{ pid: Math.min(...pids) }]);
  });
});

describeLab("listeners of another network namespace", () => {
  it("are not this machine's", async () => {
    const net = await lab({ hosts: [{ name: "container", listeners: [64_999] }] });
    undo.push(() => net.close());
    expect((await boundSockets()).some(({ port }) => port === 64_999)).toBe(false);
    const list = `require("node:fs").readFileSync("/proc/net/tcp", "latin1").includes(":FDE7 ") && console.log("there")`;
    expect((await net.host("container").run([process.execPath, "-e", list])).stdout).toBe("there\n");
  });
});

describe("listeners from a /proc", () => {
  it("give a shared socket to the lowest pid and let no process name move the cursor", async () => {
    const proc = await mkdtemp(join(tmpdir(), "portolan-proc-"));
    undo.push(() => rm(proc, { recursive: true }));
    const local = "00000000000000000000000000000000:1F90";
    await mkdir(join(proc, "self/net"), { recursive: true });
    await writeFile(
      join(proc, "self/net/tcp6"),
      `0: ${local} x 0A x x x 4294967294 0 99 1\n1: ${local} x 0A x x x 0 0 98 1\n`,
    );
    for (const [pid, comm] of [
      [10, "\u001b[2J\nweb\n"],
      [9, "mother\n"],
    ] as const) {
      await mkdir(join(proc, `${pid}/fd`), { recursive: true });
      await writeFile(join(proc, `${pid}/comm`), comm);
      await writeFile(join(proc, `${pid}/cgroup`), `0::/system.slice/web-${pid}.service\n`);
      await symlink(`/opt/web-${pid} (deleted)`, join(proc, `${pid}/exe`));
      await symlink("socket:[99]", join(proc, `${pid}/fd/3`));
      await symlink("/dev/null", join(proc, `${pid}/fd/4`));
    }
    await symlink("socket:[98]", join(proc, "10/fd/5"));
    const bound = { transport: "tcp", address: "::", port: 8080, bind: "any" };
    expect(await withOwners(await readProcTables(proc), proc)).toEqual([
      { ...bound, user: "4294967294", pid: 9, process: "mother", executable: "/opt/web-9", unit: "web-9.service" },
      {
        ...bound,
        user: "root",
        pid: 10,
        process: "\\u{1b}[2J\\u{a}web",
        executable: "/opt/web-10",
        unit: "web-10.service",
      },
    ]);
  });

  it("are none where there is none", async () => {
    expect(await readProcTables("/nowhere")).toEqual([]);
  });
});
