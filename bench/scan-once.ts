import { monitorEventLoopDelay } from "node:perf_hooks";
import { chooseEngine, createPacer, createPlan, type Probe, type ScanReport } from "../src/scanner/index.ts";
import { addressSet, parsePorts } from "../src/scope/index.ts";

/** One sweep of all TCP ports of 127.0.0.1, as the product plans and performs it, in a process of its own. */
export interface ScanOnce {
  readonly open: readonly number[];
  readonly results: number;
  readonly report: ScanReport;
  /** Longest time the event loop was not given back, in milliseconds. */
  readonly longestStall: number;
}

const { engine } = chooseEngine(process.argv[2] === "connect-portable" ? "connect-portable" : "connect");
const plan = createPlan({
  blocks: [{ addresses: addressSet([{ first: "127.0.0.1", last: "127.0.0.1" }]), ports: parsePorts("-") }],
  seed: "0123456789abcdef0123456789abcdef",
});
function* probes(): Generator<Probe, void, undefined> {
  for (let index = 0; index < plan.size; index++) yield { index, endpoint: plan.at(index) };
}

const open: number[] = [];
let results = 0;
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const report = await engine.scan({
  probes: probes(),
  pacer: createPacer({ rate: 1_000, perHostRate: 1_000, now: performance.now(), exempt: () => true }),
  timeout: 1_000,
  loopbackTimeout: 1_000,
  retries: 1,
  retryDelay: 1_000,
  concurrency: 1_000,
  onResult({ endpoint, state }) {
    results++;
    if (state === "open") open.push(endpoint.port);
  },
  clock: { now: () => Date.now() },
});
delay.disable();
const answer: ScanOnce = { open, results, report, longestStall: delay.max / 1e6 };
process.stdout.write(JSON.stringify(answer));
