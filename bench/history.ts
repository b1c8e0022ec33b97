import type { App } from "../src/app.ts";
import { HOSTS, nameOf } from "./year/company.ts";
import { onEachDatabase, type BenchPlace } from "./year/places.ts";
import { HOUR, simulate, START } from "./year/simulate.ts";
import { tableBytes, type TableBytes } from "./year/table-bytes.ts";
import { machineDescription } from "./machine.ts";

const HOURS_A_YEAR = 365 * 24;
const QUERIES = 40;
const WARM_UP = 5;

/**
 * A history that the product's own sweeps make of a simulated network under a simulated clock: its bytes, the cost of a
 * sweep and of a look in its course, and the answers from it. `days` of hourly sweeps, looks in the first half of them.
 */
export async function run({ days = 1 }: { readonly days?: number | undefined } = {}): Promise<void> {
  const hours = Math.round(days * 24);
  const lookHours = Math.ceil(hours / 2);
  for (const line of machineDescription()) console.log(`- ${line}`);
  console.log(`- ${HOSTS} hosts, ${hours} hourly sweeps, a look every minute in the first ${lookHours} hours\n`);
  await onEachDatabase((place) => measurePlace(place, hours, lookHours));
}

async function measurePlace(place: BenchPlace, hours: number, lookHours: number): Promise<void> {
  const year = await simulate(place, { hours, lookHours });
  const { app, sweeps, looks, nmapBytes, until } = year;
  const one = await answerTimes(app, until, (query) => ({ asset: nameOf((query * 37) % HOSTS) }));
  const all = await answerTimes(app, until, () => ({}));
  await app.close();
  const tables = await tableBytes(place);
  const xml = mean(nmapBytes);
  const third = Math.max(1, Math.floor(hours / 3));
  console.log(`## ${place.name}\n`);
  console.log("| processor milliseconds | median | of |\n| --- | --- | --- |");
  const settled = sweeps.slice(1);
  console.log(row("hourly sweep, in the first third", quantile(settled.slice(0, third), 0.5), third));
  console.log(row("hourly sweep, in the last third", quantile(settled.slice(-third), 0.5), third));
  console.log(row("look, median", quantile(looks, 0.5), looks.length));
  console.log(row("look, mean", mean(looks), looks.length));
  console.log("\n| `at`, milliseconds, warm | p50 | p95 |\n| --- | --- | --- |");
  for (const [what, times] of [
    ["one asset", one],
    [`all ${HOSTS} assets`, all],
  ] as const) {
    console.log(`| ${what} | ${quantile(times, 0.5).toFixed(1)} | ${quantile(times, 0.95).toFixed(1)} |`);
  }
  printBytes(tables, hours, lookHours, looks.length);
  console.log(
    `\nThe same sweep as gzipped nmap XML: ${xml.toFixed(0)} bytes, ${megabytes(xml * HOURS_A_YEAR)} a year.\n`,
  );
}

function printBytes(tables: readonly TableBytes[], hours: number, lookHours: number, looks: number): void {
  const total = tables.reduce((sum, { data, indexes }) => sum + data + indexes, 0);
  console.log("\n| table | rows | data | indexes |\n| --- | --- | --- | --- |");
  for (const { table, rows, data, indexes } of tables.slice(0, 14)) {
    console.log(`| ${table} | ${rows} | ${kilobytes(data)} | ${kilobytes(indexes)} |`);
  }
  console.log(`| all | | ${kilobytes(total)} | |`);
  console.log(`\n${hours} hours, ${lookHours} of them with ${looks} looks.`);
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

const row = (what: string, milliseconds: number, of: number): string =>
  `| ${what} | ${milliseconds.toFixed(0)} | ${of} |`;
const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} kB`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
