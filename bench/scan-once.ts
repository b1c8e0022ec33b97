import { monitorEventLoopDelay } from "node:perf_hooks";
import {
  chooseEngine,
  createPacer,
  createPlan,
  type EngineChoice,
  type Probe,
  type ScanReport,
} from "../src/sensing/scanner/index.ts";
import { addressSet, parsePorts } from "../src/scope/index.ts";

/**
 * One sweep as the product plans and performs it, in a process of its own: `scan-once.ts ENGINE FIRST LAST PORTS`.
 * Nothing slows it down: loopback is exempt from the pace, and elsewhere the rate is beyond any machine's.
 */
export interface ScanOnce {
  readonly open: readonly (readonly [address: string, port: number])[];
  readonly results: number;
  readonly report: ScanReport;
  /** Longest time for which the event loop was blocked, in milliseconds. */
  readonly longestStall: number;
}

const [wanted = "connect", first = "127.0.0.1", last = first, ports = "-"] = process.argv.slice(2);
const { engine } = chooseEngine(wanted as EngineChoice);
const plan = createPlan({
  blocks: [{ addresses: addressSet([{ first, last }]), ports: parsePorts(ports) }],
  seed: "0123456789abcdef0123456789abcdef",
});
function* probes(): Generator<Probe, void, undefined> {
  for (let index = 0; index < plan.size; index++) yield { index, endpoint: plan.at(index) };
}

const open: [string, number][] = [];
let results = 0;
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const report = await engine.scan({
  probes: probes(),
  pacer: createPacer({
    rate: 100_000_000,
    perHostRate: 100_000_000,
    now: performance.now(),
    exempt: (address) => address.startsWith("127."),
  }),
  timeout: 1_000,
  loopbackTimeout: 1_000,
  retries: 1,
  retryDelay: 1_000,
  concurrency: 1_000,
  onResult({ endpoint, state }) {
    results++;
    if (state === "open") open.push([endpoint.address, endpoint.port]);
  },
  clock: { now: () => Date.now() },
});
delay.disable();
const answer: ScanOnce = { open, results, report, longestStall: delay.max / 1e6 };
process.stdout.write(JSON.stringify(answer));
