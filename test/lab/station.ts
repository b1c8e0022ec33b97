import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { tool } from "./commands.ts";

/** Packets that passed the interface since it was created. */
export interface PacketCounts {
  readonly sent: number;
  readonly received: number;
}

export interface RunResult {
  /** Exit code; null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One machine of the lab: a network namespace with `lo` and `eth0`. */
export interface Station {
  readonly name: string;
  readonly namespace: string;
  readonly address: string;
  /** Only in a lab that has IPv6. */
  readonly address6: string;
  /** Starts a program inside; it is killed with the lab if it still runs. The child's pid is the program's. */
  spawn(command: readonly [string, ...string[]], options?: SpawnOptions): ChildProcess;
  /** Runs a program inside to its end. A failing program does not make it throw. */
  run(command: readonly [string, ...string[]], options?: SpawnOptions & { input?: string }): Promise<RunResult>;
  packets(): Promise<PacketCounts>;
}

interface LinkStatistics {
  stats64: { rx: { packets: number }; tx: { packets: number } };
}

export function createStation(at: Pick<Station, "name" | "namespace" | "address" | "address6">): Station {
  const inside = (options: SpawnOptions, [program, ...args]: readonly [string, ...string[]]): ChildProcess =>
    spawn("ip", ["netns", "exec", at.namespace, program, ...args], options);

  return {
    ...at,
    spawn: (command, options = {}) => inside(options, command),
    async run(command, { input = "", ...options } = {}) {
      const child = inside({ ...options, stdio: "pipe" }, command);
      let stdout = "";
      let stderr = "";
      child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      child.stdin?.on("error", () => undefined).end(input);
      const [status] = (await once(child, "close")) as [number | null];
      return { status, stdout, stderr };
    },
    async packets() {
      const text = await tool("ip", ["-n", at.namespace, "-s", "-j", "link", "show", "dev", "eth0"]);
      const [link] = JSON.parse(text) as LinkStatistics[];
      if (link === undefined) throw new Error(`no eth0 in ${at.namespace}`);
      return { sent: link.stats64.tx.packets, received: link.stats64.rx.packets };
    },
  };
}
