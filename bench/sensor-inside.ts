import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { startPostgres } from "../test/postgres-server.ts";
import { machineDescription, scheduling } from "./machine.ts";
import { childrenCpu } from "./measure.ts";
import type { SensorLine } from "./sensor-app.ts";

/** `sensor-inside.ts CONNECTIONS RUNS`, inside the namespace of {@link file://./sensor.ts}. */
const [connections = 0, runs = 1] = process.argv.slice(2).map(Number);
const LISTENERS = 200;
const BURST = 200;
/** Both ends of each stay below the 20,000 descriptors that many machines allow per process. */
const PER_HOLDER = 9_000;
const IDLE_SECONDS = 30;
const MEAN_PAUSE = 300;
const FIRST_PORT = 10_000;
const LAST_PORT = 30_000;
const PATIENCE = 60_000;
const TICKS_A_SECOND = 100;
const PAGE = new URL("../docs/benchmarks/sensor.md", import.meta.url);
const here = (file: string): string => new URL(file, import.meta.url).pathname;
const now = (): number => performance.timeOrigin + performance.now();

const SCOPE = `version: 1
name: bench
systemTypes: { host: { cadence: 24h, ports: "1-1024" } }
targets: [{ name: here, addresses: [127.0.0.1], systemType: host, owner: bench }]
assets: [{ name: here, addresses: [127.0.0.1] }]
`;

interface Latency {
  readonly opening: readonly number[];
  readonly closing: readonly number[];
}

interface Watcher {
  /** When it reported the port. */
  told(kind: SensorLine["kind"], port: number): Promise<number>;
  /** CPU seconds so far, and resident memory in MiB. */
  use(): { cpu: number; residentMiB: number };
  end(): Promise<void>;
}

async function watcher(words: readonly string[]): Promise<Watcher> {
  const child = spawn(process.execPath, [here("./sensor-app.ts"), ...words], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = new Map<string, (at: number) => void>();
  const early = new Map<string, number>();
  const ready = Promise.withResolvers<void>();
  child.once("exit", (status) => ready.reject(new Error(`sensor-app ended with ${status}`)));
  createInterface(child.stdout).on("line", (text) => {
    const line = JSON.parse(text) as SensorLine;
    if (line.kind === "ready") return ready.resolve();
    if (line.kind === "problem") return void process.stderr.write(`problem: ${line.message}\n`);
    const key = `${line.kind} ${line.port}`;
    const heard = waiting.get(key);
    if (heard === undefined) early.set(key, line.at);
    else heard(line.at);
    waiting.delete(key);
  });
  await ready.promise;
  return {
    told(kind, port) {
      const key = `${kind} ${port}`;
      const at = early.get(key);
      early.delete(key);
      if (at !== undefined) return Promise.resolve(at);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`never heard ${key}`)), PATIENCE);
        waiting.set(key, (heard) => {
          clearTimeout(timer);
          resolve(heard);
        });
      });
    },
    use: () => usedBy(child),
    async end() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin.end();
      await ended;
    },
  };
}

/** proc_pid_stat(5): user and system time are fields 14 and 15, counted from the end of the name. */
function usedBy({ pid }: ChildProcess): { cpu: number; residentMiB: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return { cpu: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND, residentMiB: Number(kib) / 1_024 };
}

function listen(port: number): Promise<Server> {
  const server = createServer((socket) => socket.on("error", () => undefined).resume());
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve(server));
  });
}

function randomPorts(count: number): number[] {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT)));
  return [...ports];
}

/** Opens and closes at random moments, several open at a time. */
async function oneByOne({ told }: Pick<Watcher, "told">, kinds: readonly [SensorLine["kind"], SensorLine["kind"]]) {
  const opening: number[] = [];
  const closing: number[] = [];
  const lives: Promise<void>[] = [];
  for (const port of randomPorts(LISTENERS)) {
    lives.push(
      (async () => {
        const openedAt = now();
        const server = await listen(port);
        opening.push((await told(kinds[0], port)) - openedAt);
        await sleep(200 + Math.random() * 1_000);
        const closedAt = now();
        server.close();
        closing.push((await told(kinds[1], port)) - closedAt);
      })(),
    );
    await sleep(-Math.log(1 - Math.random()) * MEAN_PAUSE);
  }
  await Promise.all(lives);
  return { opening, closing } satisfies Latency;
}

async function allAtOnce({ told }: Pick<Watcher, "told">): Promise<Latency> {
  const openedAt = now();
  const ports = randomPorts(BURST);
  const servers = await Promise.all(ports.map(listen));
  const opening = (await Promise.all(ports.map((port) => told("opened", port)))).map((at) => at - openedAt);
  const closedAt = now();
  for (const server of servers) server.close();
  const closing = (await Promise.all(ports.map((port) => told("resolved", port)))).map((at) => at - closedAt);
  return { opening, closing };
}

/** The peer: a script that runs `ss -ltn` once a second. It only knows that a port appeared or is gone. */
function ssEverySecond(): Pick<Watcher, "told"> & { stop(): void } {
  const waiting = new Map<string, (at: number) => void>();
  const timer = setInterval(() => {
    const { stdout } = spawnSync("ss", ["-Hltn"], { encoding: "utf8" });
    const ports = new Set([...stdout.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => port));
    for (const [key, heard] of waiting) {
      const [kind, port] = key.split(" ");
      if (ports.has(port) !== (kind === "appeared")) continue;
      waiting.delete(key);
      heard(now());
    }
  }, 1_000);
  return {
    told: (kind, port) => new Promise((resolve) => waiting.set(`${kind} ${port}`, resolve)),
    stop: () => clearInterval(timer),
  };
}

async function idle(use: Watcher["use"]): Promise<{ share: number; residentMiB: number }> {
  await sleep(3_000);
  const before = use();
  const from = now();
  await sleep(IDLE_SECONDS * 1_000);
  const after = use();
  return { share: (100 * (after.cpu - before.cpu)) / ((now() - from) / 1_000), residentMiB: after.residentMiB };
}

function percentiles(values: readonly number[]): string[] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN).toFixed(0);
  return [at(0), at(0.5), at(0.99), at(1)];
}

const rows: string[][] = [];
function report(what: string, direction: string, values: readonly number[]): void {
  const row = [what, direction, String(values.length), ...percentiles(values)];
  rows.push(row);
  process.stdout.write(`${row.join("  ")}\n`);
}
const idles: string[][] = [];
function reportIdle(what: string, { share, residentMiB }: { share: number; residentMiB?: number }): void {
  const row = [what, `${share.toFixed(2)} %`, residentMiB === undefined ? "" : residentMiB.toFixed(0)];
  idles.push(row);
  process.stdout.write(`${row.join("  ")}\n`);
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...lines.map(line)].join("\n");
}

const [load = 0] = loadavg();
const root = mkdtempSync(join(tmpdir(), "portolan-bench-sensor-"));
chmodSync(root, 0o711);
spawnSync("ip", ["link", "set", "lo", "up"]);
const holders: ChildProcess[] = [];
let postgres: Awaited<ReturnType<typeof startPostgres>> | undefined;
try {
  let established = 0;
  while (established < connections) {
    established += await hold(Math.min(PER_HOLDER, connections - established), holders.length + 1);
  }
  process.stdout.write(`${established} connections are established\n`);

  postgres = await startPostgres(root, { durable: true });
  writeFileSync(join(root, "portolan.yaml"), SCOPE);
  for (const kind of ["embedded", "postgresql"] as const) {
    const name = kind === "embedded" ? "portolan, embedded database" : "portolan, PostgreSQL";
    const home = join(root, `home-${kind}`);
    mkdirSync(home);
    const database = kind === "embedded" ? [] : [await createDatabase(postgres.urlOf("postgres"), postgres.urlOf)];
    const watching = await watcher(["start", root, home, ...database]);
    const single: Latency[] = [];
    const bursts: Latency[] = [];
    for (let round = 0; round < runs; round += 1) {
      single.push(await oneByOne(watching, ["opened", "resolved"]));
      bursts.push(await allAtOnce(watching));
    }
    report(
      name,
      "opened",
      single.flatMap(({ opening }) => opening),
    );
    report(
      name,
      "closed",
      single.flatMap(({ closing }) => closing),
    );
    report(
      `${name}, ${BURST} at once`,
      "opened",
      bursts.flatMap(({ opening }) => opening),
    );
    report(
      `${name}, ${BURST} at once`,
      "closed",
      bursts.flatMap(({ closing }) => closing),
    );
    reportIdle(`${name}: everything`, await idle(watching.use));
    await watching.end();
  }

  const sensing = await watcher(["sensor"]);
  const { opening, closing } = await oneByOne(sensing, ["appeared", "vanished"]);
  report("sensing alone, with the process named", "opened", opening);
  report("sensing alone, with the process named", "closed", closing);
  reportIdle("sensing alone", await idle(sensing.use));
  await sensing.end();

  const ss = ssEverySecond();
  const cpuBefore = childrenCpu();
  const began = now();
  const peer = await oneByOne(ss, ["appeared", "vanished"]);
  const share = (100 * (childrenCpu() - cpuBefore)) / ((now() - began) / 1_000);
  ss.stop();
  report("ss -ltn every second, seen only", "opened", peer.opening);
  report("ss -ltn every second, seen only", "closed", peer.closing);
  reportIdle("ss -ltn every second", { share });

  const latencies = table(["program", "listener", "times", "least", "p50", "p99", "most"], rows);
  const costs = table(["process", "CPU, share of a core", "resident MiB"], idles);
  process.stdout.write(`\n${latencies}\n\n${costs}\n`);
  writeFileSync(PAGE, pageText(established, latencies, costs));
  process.stdout.write("\nwritten to docs/benchmarks/sensor.md\n");
} finally {
  for (const holder of holders) holder.stdin?.end();
  await stopPostgres(root);
  rmSync(root, { recursive: true, force: true });
}

/** A process that holds this many connections to its port. */
async function hold(count: number, port: number): Promise<number> {
  const words = [here("./connections.ts"), String(count), String(port)];
  const holder = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  holders.push(holder);
  return await new Promise((resolve, reject) => {
    holder.stdout.once("data", (text: Buffer) => resolve(Number(text.toString())));
    holder.once("exit", () => reject(new Error("the connections could not be established")));
  });
}

async function createDatabase(adminUrl: string, urlOf: (name: string) => string): Promise<string> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query("CREATE DATABASE portolan");
  await admin.end();
  return urlOf("portolan");
}

async function stopPostgres(folder: string): Promise<void> {
  let pid = 0;
  try {
    pid = Number(readFileSync(join(folder, "postgres.pid"), "utf8"));
    process.kill(pid, "SIGQUIT");
    for (;;) {
      process.kill(pid, 0);
      await sleep(50);
    }
  } catch {
    // Never started, or already gone.
  }
}

function pageText(established: number, latencies: string, costs: string): string {
  return `# From listen() to a recorded finding

A network namespace with ${established} established TCP connections over loopback, both ends on this machine. ${LISTENERS}
listeners on random ports of 127.0.0.1 are opened at random moments, ${MEAN_PAUSE} ms apart in the mean, and closed again 0.2 to
1.2 seconds later; then ${BURST} are opened at once, and closed at once. The time runs from just before \`listen()\` or \`close()\`
is called in one process to when the monitoring process has committed the finding (or its end) to its database: probed
twice, compared with the port baseline, appended to the evidence log. PostgreSQL runs with fsync. Milliseconds,
${runs} run${runs === 1 ? "" : "s"}.

${latencies}

The cost of the monitoring process while nothing changes, over ${IDLE_SECONDS} seconds with the same connections, by the kernel's
count of its user and system time. "Everything" is all of \`portolan start\` but the API: the queue, the clock watch, the
sweep of known endpoints every minute, the database where it is embedded.

${costs}

"Sensing alone" is the host sensor in a process of its own; its times are those until the process behind a listener is
named, which waits on purpose until the probe of the port is under way.

\`ss -ltn\` every second is the way of a script without a sensor: it sees that a port appeared, and probes, compares and
records nothing. Its processor time is that of the \`ss\` processes alone.

Reproduce, as root: \`npm run bench -- sensor --runs ${runs}\` (\`PORTOLAN_BENCH_CONNECTIONS\` for another number of connections).

Machine:

${[...machineDescription(), `${scheduling()}, load average before the first run ${load.toFixed(1)}`].map((line) => `- ${line}`).join("\n")}
`;
}
