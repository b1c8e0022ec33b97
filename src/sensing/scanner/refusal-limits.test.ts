import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Attempt } from "./attempts.ts";
import { drive } from "./drive.ts";
import type { LimitedHost, Probe, ProbeResult } from "./engine.ts";
import { CLOSED, type ProbeOutcome } from "./probe-outcome.ts";
import { createPacer } from "./pace.ts";
import { createRefusalLimits, type RefusalLimits } from "./refusal-limits.ts";

/**
 * A host that behaves like Linux: six refusals at once, then one each `interval`; the ports named are silent, and so
 * never refused.
 */
async function scanHost(ports: number, interval: number, silentPorts: readonly number[] = []) {
  const results: ProbeResult[] = [];
  let tokens = 6;
  let filled = performance.now();
  let limits: RefusalLimits | undefined;
  const report = drive(
    {
      probes: Array.from({ length: ports }, (_, index): Probe => {
        return { index, endpoint: { address: "192.0.2.1", transport: "udp", port: index + 1 } };
      }).values(),
      pacer: createPacer({ rate: 1_000, perHostRate: 1_000, now: performance.now(), exempt: () => false }),
      timeout: 950,
      loopbackTimeout: 950,
      retries: 1,
      retryDelay: 2_000,
      concurrency: 1_000,
      onResult: (result) => void results.push(result),
      clock: { now: () => Date.now() },
    },
    {
      capacity: 1_000,
      fdLimit: 1_024,
      createChannel(settle) {
        const made = (limits = createRefusalLimits(settle));
        return {
          begin(attempt: Attempt): ProbeOutcome | undefined {
            const now = performance.now();
            made.begins(attempt, now);
            tokens = Math.min(6, tokens + (now - filled) / interval);
            filled = now;
            if (silentPorts.includes(attempt.probe.endpoint.port) || tokens < 1) return undefined;
            tokens--;
            made.refused(attempt, now);
            return CLOSED;
          },
          collect: () => true,
          drop: (attempt) => made.silent(attempt, performance.now()),
          close: () => made.close(),
        };
      },
    },
  );
  const began = Date.now();
  await vi.advanceTimersByTimeAsync(600_000);
  const { sent } = await report;
  const counts = Map.groupBy(results, ({ state }) => state);
  const count = (state: ProbeResult["state"]): number => counts.get(state)?.length ?? 0;
  const limited: LimitedHost[] = limits?.limited() ?? [];
  return {
    closed: count("closed"),
    silent: count("no-response"),
    results,
    limited,
    sent,
    took: (results.at(-1)?.at ?? 0) - began,
  };
}

describe("hosts that limit their refusals", () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "performance", "Date"],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([1_000, 250, 5])("are probed until every closed port is known, at one refusal in %i ms", async (interval) => {
    const { closed, limited, took, results } = await scanHost(60, interval);
    expect([closed, results.length, limited]).toEqual([60, 60, []]);
    // Not much slower than the host can tell it.
    expect(took).toBeLessThan(54 * interval * 1.5 + 30_000);
  });

  it("have ports that are silent by themselves: recognized as such, and not counted as unresolved", async () => {
    const { closed, silent, limited } = await scanHost(30, 1_000, [3, 7, 11, 29]);
    expect([closed, silent, limited]).toEqual([26, 4, []]);
  });

  it("are given up within bounds: the remaining ports are no-response and counted, never closed", async () => {
    const { closed, silent, limited, sent, took } = await scanHost(2_000, 1_000);
    expect(closed + silent).toBe(2_000);
    expect(closed).toBeLessThan(500);
    expect(limited).toMatchObject([{ address: "192.0.2.1", unresolved: silent }]);
    expect(limited[0]?.perSecond).toBeGreaterThan(0.8);
    expect(limited[0]?.perSecond).toBeLessThan(1.5);
    expect(sent).toBeLessThan(2 * 2_000 + 321);
    expect(took).toBeLessThan(400_000);
  });

  it("cost nothing where nothing was ever refused", async () => {
    const ports = Array.from({ length: 50 }, (_, i) => i + 1);
    const { silent, limited, sent } = await scanHost(50, 1_000, ports);
    expect([silent, limited, sent]).toEqual([50, [], 100]);
  });
});
