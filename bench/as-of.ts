import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCoverageBuilder, diffAt, gapsIn, takeIn, viewAt } from "../src/record/history/index.ts";
import type { AssetView, ObservedRun } from "../src/record/history/index.ts";
import { addressSet, parsePorts } from "../src/scope/index.ts";
import { openStore } from "../src/platform/storage/index.ts";
import type { Store } from "../src/platform/storage/index.ts";
import { unsigned } from "../test/fixtures/stored-sweeps.ts";
import { recording } from "../test/recording.ts";
import { startPostgres } from "../test/postgres-server.ts";
import { machineDescription } from "./machine.ts";
import { formatSpread, spread } from "./measure.ts";

const HOSTS = 4_000;
const PORTS_A_HOST = 50;
const INTERVALS_AN_ENDPOINT = 10;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
/** Inside the sixth interval of every endpoint: 160,000 of the 200,000 are open then. */
const AT = START + 5 * 30 * DAY + 12 * HOUR;
const MINUTES_A_YEAR = 525_600;

const hostAddress = (host: number): string => `10.${20 + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`;

const network: AssetView = {
  subject: { kind: "asset", name: "network" },
  addresses: addressSet([{ first: hostAddress(0), last: hostAddress(HOSTS - 1) }]),
  ports: parsePorts("1-2000"),
  staleness: 2 * HOUR,
};
const oneHost: AssetView = {
  ...network,
  subject: { kind: "asset", name: "one host" },
  addresses: addressSet([{ first: hostAddress(1_234), last: hostAddress(1_234) }]),
};

/** The results of a full sweep at the queried instant; `flapping` is one port that differs from before. */
function networkRun(run: number, at: number, flapping: number): ObservedRun {
  const builder = createCoverageBuilder();
  for (let host = 0; host < HOSTS; host += 1) {
    const address = hostAddress(host);
    for (let port = 1; port <= 2_000; port += 1) {
      const index = (port - 20) / 39;
      const tracked = Number.isInteger(index) && index >= 0 && index < PORTS_A_HOST;
      const open = tracked && (host + index) % 5 !== 0;
      builder.add(address, "tcp", port, port === flapping ? "filtered" : open ? "open" : "closed");
    }
  }
  return { run, probedFrom: at - 60_000, probedTo: at, coverage: builder.build(), times: new Map() };
}

/**
 * Loads the intervals before their indexes and foreign keys exist: the benchmark measures queries, not loading. Of the
 * exclusion constraint only the index is restored, since queries use only that.
 */
async function loadIntervals(store: Store): Promise<void> {
  await store.executeSql(`
    ALTER TABLE endpoint_interval DROP CONSTRAINT endpoint_interval_endpoint_id_vantage_id_during_excl;
    DROP INDEX endpoint_interval_during;
    DROP INDEX endpoint_interval_current;
    SET session_replication_role = replica;
    TRUNCATE endpoint_interval, endpoint RESTART IDENTITY;
    INSERT INTO endpoint (address, transport, port)
      SELECT '10.20.0.0'::inet + host, 'tcp', 20 + index * 39
      FROM generate_series(0, ${HOSTS - 1}) AS host, generate_series(0, ${PORTS_A_HOST - 1}) AS index
      ORDER BY host, index;
    INSERT INTO endpoint_interval (endpoint_id, vantage_id, state, during, first_sweep)
      SELECT e.id, v.id,
        CASE WHEN (k + (((e.id - 1) / ${PORTS_A_HOST} + (e.id - 1) % ${PORTS_A_HOST}) % 5 = 0)::int) % 2 = 1 THEN 'open' ELSE 'closed' END,
        tstzrange(begins, CASE WHEN k < ${INTERVALS_AN_ENDPOINT - 1} THEN begins + interval '30 days' END), 1
      FROM generate_series(0, ${INTERVALS_AN_ENDPOINT - 1}) AS k
      CROSS JOIN endpoint AS e
      CROSS JOIN vantage_point AS v
      CROSS JOIN LATERAL (
        SELECT timestamptz '2026-01-01Z' + k * interval '30 days' + (e.id % 3600) * interval '1 second' AS begins
      ) AS t
      WHERE v.name = 'inside'
      ORDER BY k, e.id;
    SET session_replication_role = origin;
    CREATE INDEX endpoint_interval_each ON endpoint_interval USING gist (endpoint_id, vantage_id, during);
    CREATE INDEX endpoint_interval_during ON endpoint_interval USING gist (during);
    CREATE UNIQUE INDEX endpoint_interval_current ON endpoint_interval (vantage_id, endpoint_id) WHERE upper_inf(during);
    ANALYZE;
  `);
}

async function prepare(store: Store): Promise<void> {
  await store.executeSql(`
    INSERT INTO vantage_point (name) VALUES ('inside'), ('minutely'), ('folding');
    INSERT INTO scope_version VALUES (1, 'digest', '', '{}', now(), 'bench');
    INSERT INTO sweep (kind, targets, vantage_id, engine, parameters, plan, plan_digest, seed, planned, scope_version,
                       requested_by, started_at)
      SELECT 'full', '[]', 1, 'connect', '{}', '{}', '', '', 0, 1, 'bench', now() FROM generate_series(1, 100)`);
}

async function prepareNetwork(store: Store): Promise<void> {
  await loadIntervals(store);
  // Folding as untrusted stores the sets and leaves the intervals unchanged; the rows that count are added afterwards.
  const runs = [networkRun(0, AT - 70 * 60_000, 1), networkRun(1, AT - 10 * 60_000, 2)];
  await recording(store, (tx) =>
    takeIn(unsigned(tx), { source: { kind: "sweep", sweepId: 1 }, vantage: "inside", trusted: false, runs }),
  );
  await store.executeSql(`
    INSERT INTO coverage
      SELECT sweep_id, run + 10, vantage_id, set_id, covered_from, covered_to, true FROM coverage WHERE sweep_id = 1`);
}

/** A year of one-minute sweeps that share two coverage sets, with an hour missing each week. */
async function prepareYear(store: Store): Promise<void> {
  const run = (number: number, ports: readonly number[], state: "open" | "closed"): ObservedRun => {
    const builder = createCoverageBuilder();
    for (const port of ports) builder.add("10.99.0.1", "tcp", port, state);
    return { run: number, probedFrom: START, probedTo: START, coverage: builder.build(), times: new Map() };
  };
  const runs = [run(0, [80, 443], "open"), run(1, [80, 443], "closed")];
  await recording(store, (tx) =>
    takeIn(unsigned(tx), { source: { kind: "sweep", sweepId: 2 }, vantage: "minutely", trusted: false, runs }),
  );
  await store.executeSql(`
    INSERT INTO coverage
      SELECT sweep_id, 10 + minute, vantage_id, set_id, at, at, true
      FROM generate_series(0, ${MINUTES_A_YEAR - 1}) AS minute
      CROSS JOIN LATERAL (SELECT timestamptz '2026-01-01Z' + minute * interval '1 minute' AS at) AS t
      JOIN coverage ON sweep_id = 2 AND run = minute % 2
      WHERE minute % 10080 >= 60;
    ANALYZE coverage`);
}

function hostRun(at: number, opens: number): ObservedRun {
  const builder = createCoverageBuilder();
  for (let port = 1; port <= 65_535; port += 1)
    builder.add("10.98.0.1", "tcp", port, port <= opens ? "open" : "closed");
  return { run: 0, probedFrom: at, probedTo: at, coverage: builder.build(), times: new Map() };
}

async function timed(runs: number, work: (run: number) => Promise<void>): Promise<string> {
  const took: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const before = performance.now();
    await work(run);
    took.push(performance.now() - before);
  }
  return formatSpread(spread(took), 0);
}

async function measureStore(store: Store, runs: number): Promise<string[]> {
  const { db } = store;
  await prepare(store);
  let sweep = 3;
  const foldOf = (opens: (run: number) => number) =>
    timed(runs, async (run) => {
      const observed = hostRun(AT + (sweep += 1) * HOUR, opens(run));
      await recording(store, (tx) =>
        takeIn(unsigned(tx), {
          source: { kind: "sweep", sweepId: sweep },
          vantage: "folding",
          trusted: true,
          runs: [observed],
        }),
      );
    });
  const changing = await foldOf((run) => (run % 2 === 0 ? 10_000 : 0));
  const steady = await foldOf(() => (runs % 2 === 0 ? 0 : 10_000));
  await prepareNetwork(store);
  await prepareYear(store);
  const whole = await timed(runs, async () => {
    const [view] = await viewAt(db, { at: AT, vantage: "inside", assets: [network] });
    if (view?.open.length !== 160_000 || view.answer !== "known") throw new Error(`${view?.open.length} are open`);
  });
  const host = await timed(runs, async () => {
    const [view] = await viewAt(db, { at: AT, vantage: "inside", assets: [oneHost] });
    if (view?.open.length !== 40) throw new Error(`${view?.open.length} are open`);
  });
  const diff = await timed(runs, async () => {
    const assets = [network];
    const query = { from: AT - 30 * 60_000, to: AT, vantage: "inside", assetsFrom: assets, assetsTo: assets };
    const { compared } = await diffAt(db, query);
    if (compared !== HOSTS * 2_000) throw new Error(`${compared} compared`);
  });
  const year = { from: START + HOUR, to: START + MINUTES_A_YEAR * 60_000, vantage: "minutely" };
  const watched = addressSet([{ first: "10.99.0.1", last: "10.99.0.1" }]);
  const gaps = await timed(runs, async () => {
    const asset: AssetView = {
      subject: { kind: "asset", name: "web" },
      addresses: watched,
      ports: parsePorts("80,443"),
      staleness: 120_000,
    };
    const [answer] = await gapsIn(db, { ...year, assets: [asset] });
    if (answer?.gaps.length !== 52) throw new Error(`${answer?.gaps.length} gaps`);
  });
  return [whole, host, diff, gaps, changing, steady];
}

const QUESTIONS = [
  "160,000 open of 8,000,000 endpoints at an instant, 2,000,000 intervals",
  "one host of them at an instant",
  "difference of two instants over the 8,000,000 endpoints",
  "gaps in a year of one-minute sweeps (522,480 coverage rows)",
  "fold 65,535 ports of a host, 10,000 open, then none, then again, ...",
  "fold them again with nothing changed",
];

/** The history on the embedded database and on PostgreSQL: milliseconds, median (least..most) of the runs. */
export async function run(runs = 5): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "portolan-bench-"));
  chmodSync(root, 0o711);
  try {
    const embedded = await openStore({ home: join(root, "home"), lasting: true });
    const inside = await measureStore(embedded, runs);
    await embedded.close();
    const server = await startPostgres(root);
    const postgresql = await openStore({ databaseUrl: server.urlOf("postgres"), home: join(root, "home") });
    const outside = await measureStore(postgresql, runs);
    await postgresql.close();
    process.kill(Number(readFileSync(join(root, "postgres.pid"), "utf8")), "SIGQUIT");
    const lines = QUESTIONS.map((question, row) => `| ${question} | ${inside[row]} | ${outside[row]} |`);
    console.log(
      machineDescription()
        .map((line) => `- ${line}`)
        .join("\n"),
    );
    console.log(`\nMilliseconds, median (least..most) of ${runs}:\n`);
    console.log("| | embedded | postgresql (fsync off) |\n| --- | --- | --- |");
    console.log(lines.join("\n"));
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
