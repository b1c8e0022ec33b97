import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { lab, labUnavailable } from "../test/lab/index.ts";
import { machineDescription } from "./machine.ts";
import { formatSpread, measure, type Measured, spread } from "./measure.ts";
import type { ScanOnce } from "./scan-once.ts";

const FIRST = "10.78.0.0";
const LAST = "10.78.3.255";
const RANGE = "10.78.0.0/22";
const ADDRESSES = 1_024;
const PORTS = "1-1000";
const PORT_COUNT = 1_000;
const OPEN_PORTS = [22, 80, 443] as const;
const PROBES = ADDRESSES * PORT_COUNT;
const PAGE = new URL("../docs/benchmarks/sweep.md", import.meta.url);
const SCAN_ONCE = new URL("./scan-once.ts", import.meta.url).pathname;

/** Two small packets per second to the discard port of the given address. */
const TICK = `const socket = require("node:dgram").createSocket("udp4");
setInterval(() => socket.send("", 9, process.argv[1]), 500);`;

interface Contender {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** `address port` of each endpoint that it reported as open. */
  open(stdout: string): readonly string[];
}

interface Run extends Measured {
  readonly found: number;
  readonly phantom: number;
}

const portolan: Contender = {
  name: "portolan syn",
  command: [process.execPath, SCAN_ONCE, "syn", FIRST, LAST, PORTS],
  open: (stdout) => (JSON.parse(stdout) as ScanOnce).open.map(([address, port]) => `${address} ${port}`),
};
const nmap: Contender = {
  name: "nmap -sS",
  command: ["nmap", "-sS", "-n", "-Pn", "-T4", "-p", PORTS, "-oG", "-", RANGE],
  open: (stdout) =>
    [...stdout.matchAll(/^Host: (\S+).*Ports: (.*)$/gm)].flatMap(([, address, ports = ""]) =>
      [...ports.matchAll(/(\d+)\/open\/tcp/g)].map(([, port]) => `${address} ${port}`),
    ),
};
const masscan: Contender = {
  name: "masscan",
  command: [
    "masscan",
    "--rate",
    "10000000",
    // Its default is to wait ten seconds for late answers; this is how long Portolan waits for a silent port.
    "--wait",
    "1",
    "-p",
    PORTS,
    "-oL",
    "-",
    "--adapter",
    "eth0",
    RANGE,
  ],
  open: (stdout) => [...stdout.matchAll(/^open tcp (\d+) (\S+)/gm)].map(([, port, address]) => `${address} ${port}`),
};

/**
 * 1,024 addresses behind a router, 1,000 ports of each, in network namespaces. The programs take turns, each measured
 * from start to exit.
 */
export async function run(runs = 5): Promise<void> {
  const reason = labUnavailable();
  if (reason !== undefined) throw new Error(`this benchmark ${reason}`);
  const versions = {
    nmap: versionOf("nmap", /Nmap version \S+/),
    masscan: versionOf("masscan", /Masscan version \S+/),
  };
  const contenders = [
    portolan,
    ...(versions.nmap === undefined ? [] : [nmap]),
    ...(versions.masscan === undefined ? [] : [masscan]),
  ];

  const net = await lab({ hosts: [{ name: "farm", listeners: OPEN_PORTS }] });
  const measured = new Map<string, Run[]>(contenders.map(({ name }) => [name, []]));
  const [load = 0] = loadavg();
  try {
    const farm = net.host("farm");
    await farm.run(["ip", "route", "add", "local", RANGE, "dev", "lo"]);
    // masscan sends everything to the default gateway, whatever the routing table says.
    await net.scanner.run(["ip", "route", "replace", "default", "via", farm.address]);
    // On a wire where nothing arrives, masscan's receiver never checks the clock, and then never ends.
    farm.spawn([process.execPath, "-e", TICK, net.scanner.address], { stdio: "ignore" });
    for (let round = 0; round < runs; round++) {
      for (let turn = 0; turn < contenders.length; turn++) {
        const contender = contenders[(round + turn) % contenders.length] as Contender;
        const result = await runOnce(contender, net.scanner.namespace);
        measured.get(contender.name)?.push(result);
        process.stdout.write(
          `round ${round + 1} ${contender.name}: ${result.seconds.toFixed(2)} s, ${result.found}/${ADDRESSES * OPEN_PORTS.length} found\n`,
        );
      }
    }
  } finally {
    await net.close();
  }

  const table = formatTable(measured);
  process.stdout.write(`\n${table}\n`);
  const peers = Object.entries(versions).map(([name, version]) => version ?? `${name} not installed, left out`);
  writeFileSync(
    PAGE,
    formatPage(table, runs, contenders, [
      ...machineDescription(),
      ...peers,
      `load average before the first run ${load.toFixed(1)}`,
    ]),
  );
  process.stdout.write("\nwritten to docs/benchmarks/sweep.md\n");
}

async function runOnce({ command, open }: Contender, namespace: string): Promise<Run> {
  const measured = await measure("ip", ["netns", "exec", namespace, ...command]);
  const called = new Set(open(measured.stdout));
  const found = [...called].filter((endpoint) => isOpen(endpoint)).length;
  return { ...measured, found, phantom: called.size - found };
}

function isOpen(endpoint: string): boolean {
  const [address = "", port] = endpoint.split(" ");
  return /^10\.78\.[0-3]\.\d+$/.test(address) && (OPEN_PORTS as readonly number[]).includes(Number(port));
}

function versionOf(program: string, pattern: RegExp): string | undefined {
  const { stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return pattern.exec(stdout ?? "")?.[0];
}

function formatTable(measured: ReadonlyMap<string, readonly Run[]>): string {
  const rows = [...measured].map(([name, runs]) => {
    const of = (value: (run: Run) => number, digits: number): string => formatSpread(spread(runs.map(value)), digits);
    return [
      name,
      of(({ seconds }) => seconds, 2),
      of(({ seconds }) => PROBES / seconds / 1_000, 0),
      of(({ found }) => (100 * found) / (ADDRESSES * OPEN_PORTS.length), 1),
      String(Math.max(...runs.map(({ phantom }) => phantom))),
      of(({ cpuSeconds }) => cpuSeconds, 2),
      of(({ peakMiB }) => peakMiB, 0),
    ];
  });
  const head = ["program", "seconds", "1,000 probes/s", "recall, %", "phantom open (most)", "CPU seconds", "peak MiB"];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function formatPage(table: string, runs: number, contenders: readonly Contender[], machine: readonly string[]): string {
  const commands = contenders
    .filter((contender) => contender !== portolan)
    .map(({ command }) => `- \`${command.join(" ")}\``);
  return `# SYN sweep over 1,024 addresses

${PROBES.toLocaleString("en-US")} endpoints: ${PORT_COUNT.toLocaleString("en-US")} TCP ports of each address of ${RANGE}, all owned by one network namespace
behind a veth pair and a bridge, with ports ${OPEN_PORTS.join(", ")} open on each: ${(ADDRESSES * OPEN_PORTS.length).toLocaleString("en-US")} open endpoints are the
ground truth for recall, everything else answers with RST. Each program runs in a process of its own, measured from
start to exit, at the highest rate it can; ${runs} rounds, another program first in each. Figures are
\`median (lowest..highest)\`. CPU seconds are those of the process: they include the packets that the kernel handles for it,
and so the work of the answering side too.

${table}

Reproduce, as root: \`npm run bench -- sweep --runs ${runs}\`. The others are called as:

${commands.join("\n")}

zmap is left out: its version 2 probes one port per run.

Machine:

${machine.map((line) => `- ${line}`).join("\n")}
`;
}
