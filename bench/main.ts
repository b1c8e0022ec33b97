import { parseArgs } from "node:util";
import type { BenchOptions } from "./year/places.ts";

/**
 * `npm run bench -- NAME`: each benchmark measures Portolan on this machine, alongside its peers where there are any. They are
 * loaded on demand, so that measuring one does not carry the memory of the others.
 */
const repeated: Readonly<Record<string, () => Promise<{ run(runs?: number): Promise<void> }>>> = {
  connect: () => import("./connect.ts"),
  sweep: () => import("./sweep.ts"),
  loss: () => import("./loss.ts"),
  sensor: () => import("./sensor.ts"),
  "as-of": () => import("./as-of.ts"),
  evidence: () => import("./evidence.ts"),
  identify: () => import("./identify.ts"),
  fuzz: () => import("./fuzz.ts"),
  api: () => import("./api.ts"),
  baseline: () => import("./baseline.ts"),
  workers: () => import("./workers.ts"),
  console: () => import("./console.ts"),
};

/** Benchmarks of a simulated history: not repeated, but as long as they are told. */
const simulated: Readonly<Record<string, () => Promise<{ run(options: BenchOptions): Promise<void> }>>> = {
  history: () => import("./history.ts"),
  verify: () => import("./verify.ts"),
};

const USAGE = `usage: npm run bench -- ${Object.keys(repeated).join("|")} [--runs N]
       npm run bench -- ${Object.keys(simulated).join("|")} [--days N] [--look-days N] [--minutes N]
                       [--in DIR | --only embedded|postgresql]
`;

function refuse(): never {
  process.stderr.write(USAGE);
  process.exit(2);
}

function count(text: string | undefined, least = 1): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  return Number.isInteger(number) && number >= least ? number : refuse();
}

function databaseNamed(text: string): NonNullable<BenchOptions["only"]> {
  return text === "embedded" || text === "postgresql" ? text : refuse();
}

const option = { type: "string" } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: option, days: option, "look-days": option, minutes: option, in: option, only: option },
});
const [name = "", ...rest] = positionals;
if (rest.length > 0) refuse();
const only = values.only === undefined ? undefined : databaseNamed(values.only);
const again = Object.hasOwn(repeated, name) ? repeated[name] : undefined;
const long = Object.hasOwn(simulated, name) ? simulated[name] : undefined;
if (again !== undefined) {
  await (await again()).run(count(values.runs));
} else if (long !== undefined) {
  const lookDays = count(values["look-days"], 0) ?? 0;
  const place = { kept: values.in, only };
  await (await long()).run({ days: count(values.days) ?? 1, lookDays, minutes: count(values.minutes), ...place });
} else refuse();
