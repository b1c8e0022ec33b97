import { expect, it } from "vitest";
import { createPacer } from "../scanner/index.ts";
import type { Probe } from "../scanner/index.ts";
import { createSimulatedClock } from "./simulated-clock.ts";
import { createSimulatedNetwork } from "./simulated-network.ts";
import { createWorld } from "./world.ts";

const NOON = Date.UTC(2026, 2, 14, 12);
const ssh = { service: "ssh", confidence: "high", evidence: "" } as const;

async function scan(ports: readonly number[], changes: Parameters<typeof createWorld>[1]) {
  const clock = createSimulatedClock(NOON);
  const host = { address: "10.9.0.1", open: [{ transport: "tcp", port: 22, service: ssh } as const] };
  const network = createSimulatedNetwork(createWorld([host], changes), clock, { perSecond: 2 });
  const results: { readonly state: string; readonly at: number }[] = [];
  const probes = ports.map((port, index): Probe => {
    return { index, endpoint: { address: port === 1 ? "10.9.0.2" : "10.9.0.1", transport: "tcp", port } };
  });
  await network.engine.scan({
    probes: probes.values(),
    pacer: createPacer({ rate: 1, perHostRate: 1, now: 0, exempt: () => true }),
    timeout: 1,
    loopbackTimeout: 1,
    retries: 0,
    retryDelay: 1,
    concurrency: 1,
    onResult: (result) => results.push(result),
    clock,
  });
  return { clock, network, seen: results.map(({ state, at }) => [state, at - NOON]) };
}

it("answers each probe as its host is at that instant, and lets the time pass that probing takes", async () => {
  const { seen, clock } = await scan(
    [22, 23, 22, 1, 22, 22],
    [
      { at: NOON + 400, address: "10.9.0.1", kind: "opens", transport: "tcp", port: 23 },
      { at: NOON + 1_000, address: "10.9.0.1", kind: "closes", transport: "tcp", port: 22 },
      { at: NOON + 2_000, address: "10.9.0.1", kind: "goes-down" },
      { at: NOON + 2_400, address: "10.9.0.1", kind: "comes-up" },
    ],
  );
  expect(seen).toEqual([
    ["open", 0],
    ["open", 500],
    ["closed", 1_000],
    ["no-response", 1_500],
    ["no-response", 2_000],
    ["closed", 2_500],
  ]);
  expect(clock.now()).toBe(NOON + 3_000);
});

it("identifies the services of its hosts, and nothing else", async () => {
  const { network } = await scan([], []);
  const found: unknown[] = [];
  const endpoints = [22, 80].map((port) => ({ address: "10.9.0.1", transport: "tcp", port }) as const);
  await network.identify(endpoints, {
    pacer: { take: () => 0 },
    concurrency: 1,
    perHost: 1,
    onResult: ({ port }, result) => found.push([port, result.kind === "identified" ? result.identity : result.why]),
  });
  expect(found).toEqual([
    [22, ssh],
    [80, "silent"],
  ]);
});

it("has a clock that nobody can turn back", () => {
  const clock = createSimulatedClock(NOON);
  clock.moveBy(5);
  expect(() => clock.moveTo(NOON)).toThrow(RangeError);
  expect(clock.now()).toBe(NOON + 5);
});
