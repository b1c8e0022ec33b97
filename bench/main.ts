/**
 * `npm run bench -- NAME [--runs N | --days N]`: each benchmark measures Portolan on this machine, alongside its peers where there
 * are any. They are loaded on demand, so that measuring one does not carry the memory of the others.
 */
const benches: Readonly<Record<string, () => Promise<{ run(runs?: number): Promise<void> }>>> = {
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
  history: () => simulated(import("./history.ts")),
};

/** A benchmark of a simulated history: not repeated, but as long as it is told. */
async function simulated(bench: Promise<{ run(options: { readonly days?: number | undefined }): Promise<void> }>) {
  const { run } = await bench;
  return { run: () => run({ days }) };
}

const [name = "", ...options] = process.argv.slice(2);
const load = Object.hasOwn(benches, name) ? benches[name] : undefined;
const runs = options[0] === "--runs" ? Number(options[1]) : undefined;
const days = options[0] === "--days" ? Number(options[1]) : undefined;
if (
  load === undefined ||
  [runs, days].some((count) => count !== undefined && !(count > 0)) ||
  (runs !== undefined && !Number.isInteger(runs))
) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(benches).join("|")} [--runs N | --days N]\n`);
  process.exitCode = 2;
} else {
  const bench = await load();
  await bench.run(runs);
}
