/**
 * `npm run bench -- NAME [--runs N]`: each benchmark measures Portolan on this machine, alongside its peers where there
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
  workers: () => import("./workers.ts"),
};

const [name = "", ...options] = process.argv.slice(2);
const load = Object.hasOwn(benches, name) ? benches[name] : undefined;
const runs = options[0] === "--runs" ? Number(options[1]) : undefined;
if (load === undefined || (runs !== undefined && !(Number.isInteger(runs) && runs > 0))) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(benches).join("|")} [--runs N]\n`);
  process.exitCode = 2;
} else {
  const bench = await load();
  await bench.run(runs);
}
