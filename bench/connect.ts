import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { loadavg } from "node:os";
import { listeners } from "../src/sensing/listeners/index.ts";
import { machineDescription, scheduling } from "./machine.ts";
import { formatSpread, measure, type Measured, spread } from "./measure.ts";
import type { ScanOnce } from "./scan-once.ts";

const LISTENERS = 51;
const PAGE = new URL("../docs/benchmarks/connect.md", import.meta.url);
const SCAN_ONCE = new URL("./scan-once.ts", import.meta.url).pathname;
const NMAP = "nmap";
const NMAP_ARGS = ["-sT", "-n", "-Pn", "-T4", "-p-", "-oG", "-", "127.0.0.1"];

interface Contender {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  openPorts(stdout: string): readonly number[];
  stall?(stdout: string): number;
}

interface Run extends Measured {
  readonly found: number;
  readonly phantom: number;
  readonly stall: number | undefined;
}

const ours = (engine: string): Contender => ({
  name: `portolan ${engine}`,
  command: [process.execPath, SCAN_ONCE, engine],
  openPorts: (stdout) => (JSON.parse(stdout) as ScanOnce).open.map(([, port]) => port),
  stall: (stdout) => (JSON.parse(stdout) as ScanOnce).longestStall,
});
const nmap: Contender = {
  name: "nmap -sT",
  command: [NMAP, ...NMAP_ARGS],
  openPorts: (stdout) => [...stdout.matchAll(/(\d+)\/open\/tcp/g)].map(([, port]) => Number(port)),
};

/** 65,535 ports of 127.0.0.1, each program in a process of its own from start to exit, in turn. */
export async function run(runs = 9): Promise<void> {
  const nmapVersion = /^Nmap version \S+/.exec(spawnSync(NMAP, ["--version"], { encoding: "utf8" }).stdout ?? "")?.[0];
  if (nmapVersion === undefined) process.stdout.write("nmap -sT is left out: nmap is not installed on this machine\n");
  const contenders = [ours("connect"), ours("connect-portable"), ...(nmapVersion === undefined ? [] : [nmap])];

  const [load = 0] = loadavg();
  const { ports, close } = await openListeners();
  const measured = new Map<string, Run[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await runOnce(contender, ports);
  for (let round = 0; round < runs; round++) {
    // Each round begins with another contender, so that none always follows the same one.
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(round + turn) % contenders.length] as Contender;
      const run = await runOnce(contender, ports);
      measured.get(contender.name)?.push(run);
      process.stdout.write(
        `round ${round + 1} ${contender.name}: ${run.seconds.toFixed(2)} s, ${run.found}/${ports.size} found\n`,
      );
    }
  }
  await close();

  const table = formatTable(measured, ports.size);
  process.stdout.write(`\n${table}\n`);
  mkdirSync(new URL(".", PAGE), { recursive: true });
  writeFileSync(
    PAGE,
    formatPage(table, runs, [
      ...machineDescription(),
      nmapVersion ?? "nmap not installed, left out",
      // On a machine that does something else as well, a raised priority is what makes figures comparable.
      `${scheduling()}, load average before the first run ${load.toFixed(1)}`,
    ]),
  );
  process.stdout.write("\nwritten to docs/benchmarks/connect.md\n");
}

async function runOnce(contender: Contender, truth: ReadonlySet<number>): Promise<Run> {
  const [command, ...args] = contender.command;
  const before = await othersListening();
  const measured = await measure(command, args);
  const after = await othersListening();
  const open = contender.openPorts(measured.stdout);
  return {
    ...measured,
    found: open.filter((port) => truth.has(port)).length,
    phantom: open.filter((port) => !truth.has(port) && !before.has(port) && !after.has(port)).length,
    stall: contender.stall?.(measured.stdout),
  };
}

/** Listeners of other programs on this machine are open too, and not phantoms. */
async function othersListening(): Promise<Set<number>> {
  return new Set((await listeners()).map(({ port }) => port));
}

async function openListeners(): Promise<{ ports: Set<number>; close(): Promise<void> }> {
  const servers: Server[] = [];
  const ports = new Set<number>();
  while (servers.length < LISTENERS) {
    const server = createServer((socket) => socket.on("error", () => undefined).resume());
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    servers.push(server);
    ports.add((server.address() as { port: number }).port);
  }
  return {
    ports,
    async close() {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function formatTable(measured: ReadonlyMap<string, readonly Run[]>, truth: number): string {
  const reference = measured.get(nmap.name) ?? [...measured.values()][0] ?? [];
  const base = spread(reference.map(({ seconds }) => seconds)).median;
  const rows = [...measured].map(([name, runs]) => {
    const seconds = spread(runs.map((run) => run.seconds));
    const recall = spread(runs.map(({ found }) => (100 * found) / truth));
    const stalls = runs.flatMap(({ stall }) => stall ?? []);
    return [
      name,
      formatSpread(seconds, 2),
      (seconds.median / base).toFixed(2),
      `${recall.min === recall.max ? recall.min.toFixed(0) : formatSpread(recall, 1)} %`,
      String(Math.max(...runs.map(({ phantom }) => phantom))),
      formatSpread(spread(runs.map(({ cpuSeconds }) => cpuSeconds)), 2),
      formatSpread(spread(runs.map(({ peakMiB }) => peakMiB)), 0),
      stalls.length === 0 ? "" : formatSpread(spread(stalls), 0),
    ];
  });
  const by = measured.has(nmap.name) ? nmap.name : (rows[0]?.[0] ?? "");
  const head = [
    "program",
    "seconds",
    `ratio to ${by}`,
    "recall",
    "phantom open (most)",
    "CPU seconds",
    "peak MiB",
    "longest stall, ms",
  ];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function formatPage(table: string, runs: number, machine: readonly string[]): string {
  return `# TCP connect over all ports of one host

65,535 ports of 127.0.0.1, of which the benchmark itself holds ${LISTENERS} open: the ground truth for recall. Each program
runs in a process of its own, measured from start to exit; ours plans and performs the sweep as the product does.
One run of each is discarded, then they take turns for ${runs} rounds, another program first in each. Figures are
\`median (lowest..highest)\`. A phantom is a port reported as open without a listener before or after. A stall is the
longest time for which the program blocked its event loop.

${table}

Reproduce: \`npm run bench -- connect --runs ${runs}\`. nmap is called as \`${NMAP} ${NMAP_ARGS.join(" ")}\`.

Machine:

${machine.map((line) => `- ${line}`).join("\n")}
`;
}
