import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { SweepResult } from "../src/contract/index.ts";
import { lab, labUnavailable, type Filter } from "../test/lab/index.ts";
import { machineDescription } from "./machine.ts";
import { formatSpread, spread } from "./measure.ts";

const RANGE = "10.78.0.0/22";
const OPEN_PORTS = [22, 80, 443] as const;
/** A smaller range, where a run over all of it takes too long. */
const FEW = "10.78.0.0/26";
const PAGE = new URL("../docs/benchmarks/loss.md", import.meta.url);
const PROGRAM = new URL("../bin/portolan.js", import.meta.url).pathname;

const scopeOf = (range: string): string => `version: 1
name: loss
limits: { rate: 1000000, perHostRate: 100000 }
systemTypes: { host: { cadence: 1d, ports: "1-1000" } }
targets: [{ name: farm, addresses: [${range}], systemType: host, owner: bench, undeclared: allow }]
`;

interface Network {
  readonly name: string;
  /** The share of the requested runs that it gets: a network whose runs take minutes gets fewer. */
  readonly share: number;
  readonly range: typeof RANGE | typeof FEW;
  readonly filters: readonly Filter[];
}

const openIn = (range: Network["range"]): number => OPEN_PORTS.length * (range === FEW ? 64 : 1_024);

const lossy = (percent: number, share = 1, range: Network["range"] = RANGE): Network => ({
  name: `${percent} % lost each way${range === FEW ? ", 64 addresses" : ""}`,
  share,
  range,
  filters: [{ does: "lose", percent, bothWays: true }],
});
const NETWORKS: readonly Network[] = [
  lossy(2),
  lossy(10),
  { name: "nothing lost", share: 1 / 5, range: RANGE, filters: [] },
  { name: "10 RST a second and host", share: 1, range: RANGE, filters: [{ does: "limit-refusals", perSecond: 10 }] },
  lossy(40, 1 / 10),
  lossy(60, 1 / 4, FEW),
];

interface Run {
  readonly seconds: number;
  readonly verdict: string;
  /** Shares in [0, 1]: the true recall of the first probes, and the recall that the sweep measured. */
  readonly truth: number;
  readonly measured: number | undefined;
  readonly held: boolean;
  readonly recorded: number;
  /** Endpoints reported as filtered: on these hosts nothing filters, each is closed. */
  readonly filtered: number;
}

/**
 * Whole sweeps of 1,024,000 endpoints through networks that lose packets: what was seen, and what the sweep reported
 * about it. PORTOLAN_LOSS_NETWORK selects the networks whose name contains it; the page keeps its rows for the others.
 */
export async function run(runs = 20): Promise<void> {
  const reason = labUnavailable();
  if (reason !== undefined) throw new Error(`this benchmark ${reason}`);
  const [load = 0] = loadavg();
  const measured = new Map<string, Run[]>();
  const net = await lab({ hosts: [{ name: "farm", listeners: OPEN_PORTS }] });
  try {
    const farm = net.host("farm");
    await farm.run(["ip", "route", "add", "local", RANGE, "dev", "lo"]);
    await net.scanner.run(["ip", "route", "replace", "default", "via", farm.address]);
    const only = process.env["PORTOLAN_LOSS_NETWORK"] ?? "";
    for (const { name, share, range, filters } of NETWORKS) {
      if (!name.includes(only)) continue;
      await farm.filter(filters);
      const done: Run[] = [];
      measured.set(name, done);
      for (let round = 1; round <= Math.max(1, runs * share); round += 1) {
        const result = await sweepOnce(net.scanner, range);
        done.push(result);
        process.stdout.write(`${name}, run ${round}: ${formatRun(result)}\n`);
      }
      // Written after each network, because a run of an hour may be stopped.
      writeFileSync(PAGE, formatPage(formatTable(measured, earlierRows()), runs, load));
    }
  } finally {
    await net.close();
  }
  process.stdout.write(`\n${formatTable(measured)}\n\nwritten to docs/benchmarks/loss.md\n`);
}

/** A sweep into a record of its own: the first one, so that no history helps it. */
async function sweepOnce(scanner: Awaited<ReturnType<typeof lab>>["scanner"], range: Network["range"]): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), "portolan-loss-"));
  try {
    writeFileSync(join(directory, "portolan.yaml"), scopeOf(range));
    const began = performance.now();
    const { DATABASE_URL: _, PORTOLAN_HOME: __, ...env } = process.env;
    const { status, stdout, stderr } = await scanner.run([process.execPath, PROGRAM, "sweep", "--json"], {
      cwd: directory,
      // The farm accepts and says nothing: identification would wait for each endpoint for seconds, without a reply.
      env: { ...env, PORTOLAN_IDENTIFY: "off" },
    });
    const seconds = (performance.now() - began) / 1_000;
    if (status === 2) throw new Error(stderr);
    const result = JSON.parse(stdout) as SweepResult;
    const { recall, verdict = "none", counts } = result.sweep;
    const missed = recall === undefined ? 0 : recall.canaries - recall.found;
    const open = openIn(range);
    // The sweep corrected the canaries that its first probe missed when a later probe found them.
    const truth = (result.open.length - missed) / open;
    return {
      seconds,
      verdict,
      truth,
      measured: recall === undefined ? undefined : recall.found / recall.canaries,
      held: recall !== undefined && recall.low <= truth && truth <= recall.high,
      recorded: result.open.length / open,
      filtered: counts?.filtered ?? 0,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const percent = (share: number | undefined): string => (share === undefined ? "none" : `${(share * 100).toFixed(3)} %`);

function formatRun({ seconds, verdict, truth, measured, held, recorded, filtered }: Run): string {
  return (
    `${verdict}, first probe ${percent(truth)}, measured ${percent(measured)} (interval ${held ? "holds" : "MISSES"} it), ` +
    `recorded ${percent(recorded)}, called filtered ${filtered}, ${seconds.toFixed(1)} s`
  );
}

/** The rows already on the page, by network. */
function earlierRows(): Map<string, string[]> {
  const lines = readFileSync(PAGE, "utf8").split("\n");
  const rows = lines.filter((line) => line.startsWith("| ")).map((line) => line.split("|").map((cell) => cell.trim()));
  return new Map(rows.map(([, name = "", ...cells]) => [name, [name, ...cells.slice(0, -1)]]));
}

function formatTable(
  measured: ReadonlyMap<string, readonly Run[]>,
  earlier: ReadonlyMap<string, readonly string[]> = new Map(),
): string {
  const shares = (values: readonly (number | undefined)[]): string =>
    formatSpread(spread(values.filter((value) => value !== undefined).map((value) => value * 100)), 3);
  const rows = NETWORKS.flatMap(({ name }) => {
    const runs = measured.get(name) ?? [];
    if (runs.length === 0) return [earlier.get(name) ?? []].filter((cells) => cells.length > 0);
    const verdicts = Object.entries(Object.groupBy(runs, ({ verdict }) => verdict));
    const row = [
      name,
      String(runs.length),
      shares(runs.map(({ truth }) => truth)),
      shares(runs.map((each) => each.measured)),
      `${runs.filter(({ held }) => held).length} of ${runs.length}`,
      shares(runs.map(({ recorded }) => recorded)),
      String(Math.max(...runs.map(({ filtered }) => filtered))),
      verdicts.map(([verdict, of]) => `${verdict} ${of?.length ?? 0}`).join(", "),
      formatSpread(spread(runs.map(({ seconds }) => seconds)), 1),
    ];
    return [row];
  });
  const header = [
    "network",
    "runs",
    "recall of the first probe, %",
    "as measured by its canaries, %",
    "interval holds it",
    "open recorded, %",
    "closed reported as filtered (most)",
    "verdict",
    "seconds",
  ];
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function formatPage(table: string, runs: number, load: number): string {
  return `# Sweeps through networks that lose packets

\`portolan sweep\` over 1,024 addresses × 1,000 TCP ports, ${openIn(RANGE)} of them open, each time into a record of its own, so
that no history helps. The hosts are one network namespace behind a bridge; nftables drops packets at random on arrival
and on departure, or limits the RSTs that each address sends. Figures are \`median (lowest..highest)\`.

The recall of the first probe is compared with the truth, which the sweep does not know; the sweep's own figure comes from
its canaries, with a 95 % interval that has to hold the truth in 19 of 20 runs. Nothing is filtered here, so each
endpoint reported as filtered would be a closed one.

${table}

Reproduce, as root: \`npm run bench -- loss --runs ${runs}\`; one network alone with
\`PORTOLAN_LOSS_NETWORK="10 % lost"\`.

Machine:

${[...machineDescription(), `load average before the first run of the network measured last ${load.toFixed(1)}`].map((line) => `- ${line}`).join("\n")}
`;
}
