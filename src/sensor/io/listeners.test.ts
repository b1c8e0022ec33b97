import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { processFor } from "../listener.ts";
import { listeners } from "./listeners.ts";

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0)) await each();
});

async function listen(host: string): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
  undo.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as { port: number }).port;
}

describe.skipIf(process.platform !== "linux")("listeners of this machine", () => {
  it("names the process, pid and user behind a port, while it listens and no longer", async () => {
    const port = await listen("127.0.0.1");
    const found = (await listeners()).find((each) => each.port === port);
    expect(found).toMatchObject({
      transport: "tcp",
      address: "127.0.0.1",
      pid: process.pid,
      user: userInfo().username,
    });
    expect(processFor({ address: "127.0.0.1", transport: "tcp", port }, await listeners())).toBe(found?.process);
    expect(found?.process).toMatch(/^node/);
    for (const each of undo.splice(0)) await each();
    expect((await listeners()).some((each) => each.port === port)).toBe(false);
  });

  it("tells a socket for any address from one for loopback", async () => {
    const port = await listen("0.0.0.0");
    expect((await listeners()).filter((each) => each.port === port)).toMatchObject([{ address: "0.0.0.0" }]);
  });
});

describe("listeners from a /proc", () => {
  it("gives a shared socket to the lowest pid and lets no process name move the cursor", async () => {
    const proc = await mkdtemp(join(tmpdir(), "portolan-proc-"));
    undo.push(() => rm(proc, { recursive: true }));
    const local = "00000000000000000000000000000000:1F90";
    await mkdir(join(proc, "self/net"), { recursive: true });
    await writeFile(
      join(proc, "self/net/tcp6"),
      `0: ${local} x 0A x x x 4294967294 0 99 1\n1: ${local} x 0A x x x 0 0 98 1\n`,
    );
    for (const [pid, comm] of [
      [10, "\u001b[2Jweb\n"],
      [9, "mother\n"],
    ] as const) {
      await mkdir(join(proc, `${pid}/fd`), { recursive: true });
      await writeFile(join(proc, `${pid}/comm`), comm);
      await symlink("socket:[99]", join(proc, `${pid}/fd/3`));
      await symlink("/dev/null", join(proc, `${pid}/fd/4`));
    }
    await symlink("socket:[98]", join(proc, "10/fd/5"));
    expect(await listeners(proc)).toEqual([
      { transport: "tcp", address: "::", port: 8080, user: "4294967294", pid: 9, process: "mother" },
      { transport: "tcp", address: "::", port: 8080, user: "root", pid: 10, process: "\uFFFD[2Jweb" },
    ]);
  });

  it("is an empty list where there is none", async () => {
    expect(await listeners("/nowhere")).toEqual([]);
  });
});
