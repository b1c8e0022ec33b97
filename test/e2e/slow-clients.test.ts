import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { askForDatabases, copyHome } from "../databases.ts";
import { IS_POOR, WATCHING_BRIEFLY } from "./portolan.ts";

const SCOPE = `version: 1
name: watched
systemTypes: { host: { cadence: 4s, ports: "61100-61999" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host, owner: me }]
`;
/** More than the process may open descriptors. */
const CLIENTS = 650;

describe.skipIf(process.platform !== "linux")("portolan start with 600 descriptors", () => {
  let directory: string;
  let watching: ChildProcess;
  let said = "";
  let url: URL;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portolan-slow-"));
    copyHome((await askForDatabases()).templateHome, join(directory, ".portolan"));
    await writeFile(join(directory, "portolan.yaml"), SCOPE);
    const { DATABASE_URL: _, ...inherited } = process.env;
    const command = [...WATCHING_BRIEFLY, "start", "--port", "0"];
    watching = spawn("sh", ["-c", 'ulimit -n 600; exec "$@"', "sh", ...command], {
      cwd: directory,
      env: { ...inherited, NO_COLOR: "1", PORTOLAN_HOME: join(directory, ".portolan") },
    });
    for (const stream of [watching.stdout, watching.stderr])
      stream?.on("data", (data: Buffer) => (said += String(data)));
    await vi
      .waitUntil(() => /Sweep \d+ complete[^]*http:\/\//.test(said), { timeout: 40_000 })
      .catch(() => {
        throw new Error(said);
      });
    url = new URL(/http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "");
  }, 60_000);
  afterAll(async () => {
    watching.kill();
    if (watching.exitCode === null) await once(watching, "exit");
    await rm(directory, { recursive: true, force: true });
  });

  it.each([
    { from: "one address", address: () => "127.0.0.2" },
    { from: "many addresses", address: (at: number) => `127.0.${3 + (at >> 6)}.${1 + (at & 63)}` },
  ])(
    "monitors on while $from sends bodies that never end, and closes them in time",
    { tags: ["long"], timeout: 90_000 },
    async ({ address }) => {
      const held = new Set<Socket>();
      let most = 0;
      for (let at = 0; at < CLIENTS; at += 1) {
        const socket = connect({ host: "127.0.0.1", port: Number(url.port), localAddress: address(at) });
        socket.on("error", () => undefined).on("close", () => held.delete(socket));
        socket.resume();
        socket.on("connect", () => {
          held.add(socket);
          most = Math.max(most, held.size);
          socket.write(
            "POST /session HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{",
          );
        });
        if (at % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(most).toBeGreaterThan(32);
      // Two more of the sweeps that run every four seconds end while the connections are held.
      const sweeps = (): number => said.split("(full) complete").length;
      const before = sweeps();
      await expect.poll(sweeps, { timeout: 30_000 }).toBeGreaterThan(before + 1);
      await expect.poll(() => held.size, { timeout: 40_000 }).toBe(0);
      expect((await fetch(new URL("/health/live", url))).status).toBeLessThan(500);
      expect(watching.exitCode).toBeNull();
      // With the 256 of a poor machine, a sweep may find none left for a moment: it reports that, and the next one runs.
      if (!IS_POOR) expect(said).not.toMatch(/EMFILE|too little of/);
    },
  );
});
