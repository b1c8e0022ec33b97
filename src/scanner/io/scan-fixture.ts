import { readFileSync } from "node:fs";
import type { Endpoint } from "../../model/index.ts";
import type { Engine, Probe, ProbeResult, ScanReport, ScanRequest } from "../engine.ts";
import { createPacer } from "../pace.ts";

/** What the engine tests share: a scan with plain settings, and what the kernel itself says is listening. */
export const tcp = (address: string, port: number): Endpoint => ({ address, transport: "tcp", port });

interface Scanned {
  readonly results: ProbeResult[];
  readonly report: ScanReport;
  /** By `address port`. */
  readonly states: Map<string, string>;
}

export async function scan(
  engine: Engine,
  endpoints: readonly Endpoint[],
  more: Partial<ScanRequest> = {},
): Promise<Scanned> {
  const results: ProbeResult[] = [];
  const report = await engine.scan({
    probes: endpoints.map((endpoint, index): Probe => ({ index, endpoint })).values(),
    pacer: createPacer({ rate: 1_000, perHostRate: 1_000, now: performance.now(), exempt: () => true }),
    timeout: 500,
    loopbackTimeout: 500,
    retries: 1,
    retryDelay: 100,
    concurrency: 500,
    onResult: (result) => void results.push(result),
    clock: { now: () => Date.now() },
    ...more,
  });
  const states = new Map(results.map(({ endpoint, state }) => [`${endpoint.address} ${endpoint.port}`, state]));
  return { results, report, states };
}

/** First and last port that the kernel gives to connections. */
export function ephemeralRange(): [first: number, last: number] {
  const text = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
  const [first = 32_768, last = 60_999] = text.split(/\s+/).map(Number);
  return [first, last];
}

/** Ports on which somebody listens on an address that covers all of 127/8. */
export function anyAddressListeners(): Set<number> {
  const ports = new Set<number>();
  for (const file of ["tcp", "tcp6"]) {
    for (const line of readFileSync(`/proc/net/${file}`, "utf8").split("\n").slice(1)) {
      const [, local = "", , state] = line.trim().split(/\s+/);
      if (state === "0A" && /^0+:/.test(local)) ports.add(Number.parseInt(local.split(":")[1] ?? "", 16));
    }
  }
  return ports;
}
