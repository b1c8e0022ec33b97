import type { App } from "../src/app.ts";
import { HOSTS, nameOf } from "./year/company.ts";
import { megabytes, mean, quantile } from "./year/figures.ts";
import { onEachDatabase, type BenchPlace, type BenchOptions } from "./year/places.ts";
import { DAY, HOUR, simulate, START, type SimulatedDay } from "./year/simulate.ts";
import { tableBytes, type TableBytes } from "./year/table-bytes.ts";
import { machineDescription } from "./machine.ts";

const QUERIES = 40;
const WARM_UP = 5;
/** Days at the beginning and at the end whose sweeps are compared. */
const MONTH = 30;

/**
 * A history that the product's own sweeps make of a simulated network under a simulated clock: its bytes, the cost of a
 * sweep and of a look in its course, and the answers from it. `days` of hourly sweeps, with a look every minute on the
 * first `lookDays` of them.
 */
export async function run(options: BenchOptions): Promise<void> {
  const { days, lookDays } = options;
  for (const line of machineDescription()) console.log(`- ${line}`);
  console.log(
    `- ${HOSTS} hosts, ${days} days of hourly sweeps, a look every minute on the first ${lookDays} of them\n`,
  );
  await onEachDatabase((place) => measurePlace(place, options), options);
}

async function measurePlace(place: BenchPlace, options: BenchOptions): Promise<void> {
  const { app, days, until } = await simulate(place, options);
  const one = await answerTimes(app, until, (query) => ({ asset: nameOf((query * 37) % HOSTS) }));
  const all = await answerTimes(app, until, () => ({}));
  await app.close();
  const tables = await tableBytes(place);
  console.log(`## ${place.name}\n\n${((until - START) / DAY).toFixed(0)} days of hourly sweeps.\n`);
  printSweeps(days);
  console.log("\n| `at`, milliseconds, warm | p50 | p95 |\n| --- | --- | --- |");
  for (const [what, times] of [
    ["one asset", one],
    [`all ${HOSTS} assets`, all],
  ] as const) {
    console.log(`| ${what} | ${quantile(times, 0.5).toFixed(1)} | ${quantile(times, 0.95).toFixed(1)} |`);
  }
  printBytes(tables);
  const xml = mean(days.map(({ nmapBytes }) => nmapBytes));
  const sweeps = (until - START) / HOUR;
  console.log(
    `\nThe same ${sweeps} sweeps as gzipped nmap XML: ${xml.toFixed(0)} bytes each, ${megabytes(xml * sweeps)}.\n`,
  );
}

/** The first sweep of a day identifies every service again; the median is of the others. */
function printSweeps(days: readonly SimulatedDay[]): void {
  const month = Math.max(1, Math.min(MONTH, Math.floor(days.length / 2)));
  const sweepsOf = (some: readonly SimulatedDay[]): number[] => some.flatMap(({ sweeps }) => sweeps.slice(1));
  console.log("| processor milliseconds | median | p95 | of |\n| --- | --- | --- | --- |");
  for (const [what, times] of [
    [`hourly sweep, first ${month} days`, sweepsOf(days.slice(0, month))],
    [`hourly sweep, last ${month} days`, sweepsOf(days.slice(-month))],
    ["sweep at midnight, which identifies", days.slice(1).flatMap(({ sweeps }) => sweeps.slice(0, 1))],
    ["look", days.flatMap(({ looks }) => looks)],
  ] as const) {
    if (times.length === 0) continue;
    console.log(
      `| ${what} | ${quantile(times, 0.5).toFixed(0)} | ${quantile(times, 0.95).toFixed(0)} | ${times.length} |`,
    );
  }
}

function printBytes(tables: readonly TableBytes[]): void {
  const total = tables.reduce((sum, { data, indexes }) => sum + data + indexes, 0);
  console.log("\n| table | rows | data | indexes |\n| --- | --- | --- | --- |");
  for (const { table, rows, data, indexes } of tables.slice(0, 14)) {
    console.log(`| ${table} | ${rows} | ${megabytes(data)} | ${megabytes(indexes)} |`);
  }
  console.log(`| all | | ${megabytes(total)} | |`);
}

/** At instants over the whole history, as the server answers. */
async function answerTimes(
  app: App,
  until: number,
  queryOf: (query: number) => { readonly asset?: string },
): Promise<number[]> {
  const times: number[] = [];
  for (let query = 0; query < QUERIES + WARM_UP; query += 1) {
    const at = START + HOUR + Math.floor(((until - START - HOUR) * ((query * 7) % QUERIES)) / QUERIES);
    const before = performance.now();
    await app.operations.history.at({ at, ...queryOf(query) });
    if (query >= WARM_UP) times.push(performance.now() - before);
  }
  return times;
}
