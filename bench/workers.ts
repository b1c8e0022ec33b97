import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { lab, labUnavailable, type Lab } from "../test/lab/index.ts";
import { startPostgres, type PostgresServer } from "../test/postgres-server.ts";
import { machineDescription } from "./machine.ts";
import { childrenCpu, formatSpread, spread } from "./measure.ts";

const PAGE = new URL("../docs/benchmarks/workers.md", import.meta.url);
const PROGRAM = new URL("../bin/portolan.js", import.meta.url).pathname;
const WORKERS = [1, 2, 4] as const;
const TARGETS = 16;
const ADDRESSES = 8;
const PATIENCE = 180_000;

/** What the swept hosts do, and which work that leaves to share. */
const NETWORKS = [
  { name: "everything refuses", ports: 2_000, silent: false, says: "sending and receiving" },
  { name: "everything is silent but port 80", ports: 50, silent: true, says: "waiting" },
] as const;
type Network = (typeof NETWORKS)[number];

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** The same targets swept by 1, 2 and 4 workers on one PostgreSQL; each round uses a new database. */
export async function run(runs = 2): Promise<void> {
  const reason = labUnavailable();
  if (reason !== undefined) throw new Error(`this benchmark ${reason}`);
  const root = mkdtempSync(join(tmpdir(), "portolan-bench-workers-"));
  // PostgreSQL runs as another user, and ends with this process.
  chmodSync(root, 0o755);
  process.once("exit", () => rmSync(root, { recursive: true, force: true }));
  const [load = 0] = loadavg();
  const server = await startPostgres(root, { durable: true });
  const net = await lab({ hosts: [{ name: "farm", listeners: [80] }] });
  const measured = new Map<string, Measured[]>();
  try {
    const farm = net.host("farm");
    await farm.run(["ip", "route", "add", "local", "10.78.0.0/22", "dev", "lo"]);
    await net.scanner.run(["ip", "route", "replace", "default", "via", farm.address]);
    for (const network of NETWORKS) {
      await farm.filter(
        network.silent ? [{ does: "drop", ports: Array.from({ length: 50 }, (_, i) => 1_001 + i) }] : [],
      );
      for (let round = 0; round < runs; round++) {
        for (let turn = 0; turn < WORKERS.length; turn++) {
          const workers = WORKERS[(round + turn) % WORKERS.length] ?? 1;
          const result = await runOnce(net, server, root, network, workers);
          const key = keyOf(network, workers);
          measured.set(key, [...(measured.get(key) ?? []), result]);
          process.stdout.write(`${key}: ${result.seconds.toFixed(1)} s, CPU ${result.cpuSeconds.toFixed(1)} s\n`);
        }
      }
    }
  } finally {
    await net.close();
  }
  const text = formatPage(measured, runs, [
    ...machineDescription(),
    `load average before the first run ${load.toFixed(1)}${load > 1 ? ": other programs used it" : ""}`,
  ]);
  writeFileSync(PAGE, text);
  process.stdout.write(`\n${text}\nwritten to docs/benchmarks/workers.md\n`);
}

function keyOf(network: Network, workers: number): string {
  return `${network.name}, ${workers} ${workers === 1 ? "worker" : "workers"}`;
}

function scopeOf(network: Network, withTargets: boolean): string {
  const ports = network.silent ? "80,1001-1050" : `1001-${1_000 + network.ports}`;
  const names = withTargets ? Array.from({ length: TARGETS }, (_, number) => `t${number}`) : [];
  const targets = names.map((name, number) => {
    const first = number * ADDRESSES;
    const range = `10.78.0.${first}-10.78.0.${first + ADDRESSES - 1}`;
    return `  - { name: ${name}, addresses: [${range}], systemType: host, owner: bench, undeclared: allow }\n`;
  });
  return `version: 1
name: bench
vantage: console
limits: { rate: 1000000, perHostRate: 1000000 }
vantagePoints:
  - { name: console, kind: other, targets: [console] }
  - { name: inside, kind: inside, targets: [${["console", ...names].join(", ")}] }
systemTypes:
  idle: { cadence: 24h, ports: "9" }
  host: { cadence: 24h, ports: "${ports}" }
targets:
  - { name: console, addresses: [127.0.0.1], systemType: idle, owner: bench }
${targets.join("")}`;
}

async function runOnce(
  net: Lab,
  server: PostgresServer,
  root: string,
  network: Network,
  workers: number,
): Promise<Measured> {
  const directory = mkdtempSync(join(root, "run-"));
  const database = `bench_${Date.now()}`;
  await query(server.urlOf("postgres"), `CREATE DATABASE ${database}`);
  const url = server.urlOf(database);
  const { PORTOLAN_HOME: _, ...inherited } = process.env;
  const env = { ...inherited, DATABASE_URL: server.socketUrlOf(database), PORTOLAN_IDENTIFY: "off", NO_COLOR: "1" };
  const running: ChildProcess[] = [];
  const portolan = (...words: string[]): ChildProcess => {
    const child = net.scanner.spawn([process.execPath, PROGRAM, ...words], { cwd: directory, env, stdio: "ignore" });
    running.push(child);
    return child;
  };
  const cpuBefore = childrenCpu();
  try {
    writeFileSync(join(directory, "portolan.yaml"), scopeOf(network, false));
    await once(portolan("status"), "exit");
    for (let number = 0; number < workers; number++) portolan("worker", "--vantage", "inside");
    const here = `SELECT count(*)::int AS n FROM worker WHERE left_at IS NULL`;
    await until(async () => (await query(url, here))[0]?.n === workers);
    // All of them are waiting when all the work arrives at once.
    writeFileSync(join(directory, "portolan.yaml"), scopeOf(network, true));
    portolan("start", "--port", "0");
    const done = `SELECT count(*)::int AS n, extract(epoch FROM max(ended_at) - min(started_at))::float AS seconds
      FROM sweep JOIN vantage_point ON vantage_point.id = vantage_id
      WHERE name = 'inside' AND kind = 'full' AND verdict = 'complete' AND planned = ${ADDRESSES * portsOf(network)}`;
    let seconds = 0;
    await until(async () => {
      const [row] = await query(url, done);
      seconds = row?.seconds ?? 0;
      return row?.n === TARGETS;
    });
    return { seconds, cpuSeconds: await stopAll(cpuBefore) };
  } finally {
    await stopAll(cpuBefore);
  }

  async function stopAll(before: number): Promise<number> {
    const left = running.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const gone = left.map((child) => once(child, "exit"));
    for (const child of left) child.kill("SIGTERM");
    await Promise.all(gone);
    return childrenCpu() - before;
  }
}

function portsOf(network: Network): number {
  return network.silent ? network.ports + 1 : network.ports;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error("the sweeps did not end in time");
    await sleep(200);
  }
}

async function query(url: string, text: string): Promise<{ n: number; seconds?: number | null }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ n: number; seconds?: number | null }>(text)).rows;
  } finally {
    await client.end();
  }
}

function formatPage(
  measured: ReadonlyMap<string, readonly Measured[]>,
  runs: number,
  machine: readonly string[],
): string {
  const rows = NETWORKS.flatMap((network) => {
    const medianOf = (workers: number): number =>
      spread((measured.get(keyOf(network, workers)) ?? []).map(({ seconds }) => seconds)).median;
    const endpoints = TARGETS * ADDRESSES * portsOf(network);
    return WORKERS.map((workers) => {
      const all = measured.get(keyOf(network, workers)) ?? [];
      return [
        network.name,
        String(workers),
        formatSpread(spread(all.map(({ seconds }) => seconds)), 1),
        Math.round(endpoints / medianOf(workers)).toLocaleString("en-US"),
        `${(medianOf(1) / medianOf(workers)).toFixed(2)} ×`,
        formatSpread(spread(all.map(({ cpuSeconds }) => cpuSeconds)), 1),
      ];
    });
  });
  const head = ["network", "workers", "seconds", "endpoints/s", "to one worker", "CPU seconds"];
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((cells) => cells[column]?.length ?? 0), title.length),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const table = [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
  const sizes = NETWORKS.map(
    (network) =>
      `${(TARGETS * ADDRESSES * portsOf(network)).toLocaleString("en-US")} where ${network.name} (${network.says})`,
  );
  return `# Sweeps by 1, 2 and 4 workers

${TARGETS} targets of ${ADDRESSES} addresses each, in network namespaces behind a veth pair and a bridge. Endpoints:
${sizes.join("; ")}.

The workers (\`portolan worker\`, engine syn), the installation that offers the targets and signs, and one PostgreSQL with
fsync are on this machine together. All workers wait when all targets become due at once; the time runs from the first
sweep's start to the last one's end in the record, including second probes and evidence entries. The limits of the scope
are set far above what the machine sends, because they are shared: under a limit that binds, more workers do not help. Each
worker sweeps four targets at a time. ${runs} ${runs === 1 ? "round" : "rounds"} of each, every one on a new database; figures are
\`median (lowest..highest)\`. CPU seconds are those of all these processes except PostgreSQL, including their start.

${table}

Where the processor is the bottleneck, more workers on one machine are slower: they take its cores from each other, from
the database and from the side that answers, and a sweep that loses answers slows down. Which of these costs how much
was not measured. Where there is mostly waiting, as for silent hosts, workers share the waiting, as far as two cores
let them. Workers are for other vantage points, and for machines of their own; those were not measured.

Reproduce, as root: \`npm run bench -- workers --runs ${runs}\`.

Machine:

${machine.map((each) => `- ${each}`).join("\n")}
`;
}
