import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Attempt } from "./attempts.ts";
import { drive, type ProbeChannel } from "./drive.ts";
import type { Probe, ProbeResult, ScanRequest } from "./engine.ts";
import { GO, OPEN, type ProbeOutcome, SILENT, WAITS } from "./probe-outcome.ts";
import { createPacer } from "./pace.ts";

type Settle = (attempt: Attempt, outcome: ProbeOutcome) => void;
const CLOSED: ProbeOutcome = { kind: "state", state: "closed" };

/** A network that the test makes up: what each try shows, by its port and number. */
function scanWith(make: (settle: Settle) => Partial<ProbeChannel>, more: Partial<ScanRequest> & { ports: number[] }) {
  const results: ProbeResult[] = [];
  let closed = 0;
  const { ports, ...request } = more;
  const report = drive(
    {
      probes: ports
        .map((port, index): Probe => ({ index, endpoint: { address: "192.0.2.1", transport: "tcp", port } }))
        .values(),
      pacer: createPacer({ rate: 1_000_000, perHostRate: 1_000_000, now: performance.now(), exempt: () => false }),
      timeout: 500,
      loopbackTimeout: 500,
      retries: 1,
      retryDelay: 2_000,
      concurrency: 100,
      onResult: (result) => void results.push(result),
      clock: { now: () => Date.now() },
      ...request,
    },
    {
      capacity: 100,
      fdLimit: 1_024,
      createChannel: (settle) => ({
        begin: () => undefined,
        collect: () => true,
        drop: () => SILENT,
        close: () => void closed++,
        ...make(settle),
      }),
    },
  );
  return { results, report, closed: () => closed };
}

describe("drive", () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "performance", "Date"],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("tries silence a second time, later, and only then calls it no response", async () => {
    const began: number[] = [];
    const { results, report } = scanWith(() => ({ begin: () => void began.push(performance.now()) }), { ports: [80] });
    await vi.runAllTimersAsync();
    expect((began[1] ?? 0) - (began[0] ?? 0)).toBeGreaterThanOrEqual(2_500);
    expect(results.map(({ state }) => state)).toEqual(["no-response"]);
    expect(await report).toMatchObject({ sent: 2, retried: 1 });
  });

  it("takes the answer of the second try", async () => {
    const { results } = scanWith(() => ({ begin: (attempt) => (attempt.tries === 1 ? OPEN : undefined) }), {
      ports: [80],
    });
    await vi.runAllTimersAsync();
    expect(results.map(({ state }) => state)).toEqual(["open"]);
  });

  it("reads answers that waited through a stall before it checks deadlines", async () => {
    const waiting: Attempt[] = [];
    const { results } = scanWith(
      (settle) => ({
        begin: (attempt) => void waiting.push(attempt),
        collect() {
          // The answer is in the kernel; nobody reads it before the deadline has long passed.
          if (performance.now() > 10_000) for (const attempt of waiting.splice(0)) settle(attempt, OPEN);
          return true;
        },
      }),
      { ports: [80, 81] },
    );
    await vi.advanceTimersToNextTimerAsync();
    vi.setSystemTime(Date.now() + 20_000);
    vi.spyOn(performance, "now").mockImplementation(() => 20_000);
    await vi.runAllTimersAsync();
    vi.restoreAllMocks();
    expect(results.map(({ state }) => state)).toEqual(["open", "open"]);
  });

  it("waits when this machine has no room, then continues, and loses nothing", async () => {
    let refusals = 5;
    const { results, report } = scanWith(
      () => ({ begin: () => (refusals-- > 0 ? { kind: "shortage", code: "EADDRNOTAVAIL" } : CLOSED) }),
      { ports: [1, 2, 3] },
    );
    await vi.runAllTimersAsync();
    expect(results.map(({ state }) => state)).toEqual(["closed", "closed", "closed"]);
    expect(await report).toMatchObject({ sent: 3, retried: 0, errors: { EADDRNOTAVAIL: 5 } });
  });

  it("ends if there is never any room, and reports nothing for endpoints it could not probe", async () => {
    const ports = Array.from({ length: 65_535 }, (_, i) => i + 1);
    const { results, report, closed } = scanWith(() => ({ begin: () => ({ kind: "shortage", code: "EMFILE" }) }), {
      ports,
    });
    await vi.runAllTimersAsync();
    expect(results).toEqual([]);
    expect(await report).toMatchObject({ sent: 0 });
    expect(closed()).toBe(1);
  });

  it("retries a port that connected to itself, and never calls it open", async () => {
    const { results, report } = scanWith(() => ({ begin: () => ({ kind: "self-connect" }) }), { ports: [40_000] });
    await vi.runAllTimersAsync();
    expect(results.map(({ state }) => state)).toEqual(["closed"]);
    expect(await report).toMatchObject({ selfConnects: 2, sent: 2 });
  });

  it("reports nothing more after an abort, closes, and pulls nothing further", async () => {
    const stop = new AbortController();
    let settleLate: (() => void) | undefined;
    const { results, report, closed } = scanWith(
      (settle) => ({
        begin(attempt) {
          settleLate ??= () => settle(attempt, OPEN);
          return undefined;
        },
      }),
      { ports: [80, 81], signal: stop.signal },
    );
    await vi.advanceTimersByTimeAsync(100);
    stop.abort();
    settleLate?.();
    expect(await report).toMatchObject({ sent: 2 });
    await vi.runAllTimersAsync();
    expect(results).toEqual([]);
    expect(closed()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("never has more under way than it was allowed", async () => {
    let underWay = 0;
    let most = 0;
    const ports = Array.from({ length: 1_000 }, (_, i) => i + 1);
    const { results } = scanWith(
      () => ({
        begin() {
          most = Math.max(most, ++underWay);
          return undefined;
        },
        drop() {
          underWay--;
          return SILENT;
        },
      }),
      { ports, concurrency: 7 },
    );
    await vi.runAllTimersAsync();
    expect(most).toBe(7);
    expect(results).toHaveLength(1_000);
  });

  it("starts waiting tries as soon as it can, within the pace, and counts only the sent ones", async () => {
    let known = false;
    const waited: Attempt[] = [];
    const { results, report } = scanWith(
      (settle) => {
        setTimeout(() => {
          known = true;
          for (const attempt of waited) settle(attempt, GO);
        }, 700);
        return {
          begin(attempt) {
            if (known) return OPEN;
            waited.push(attempt);
            return WAITS;
          },
        };
      },
      { ports: [80, 81] },
    );
    await vi.runAllTimersAsync();
    expect(results.map(({ state }) => state)).toEqual(["open", "open"]);
    expect(await report).toMatchObject({ sent: 2, retried: 0, errors: {} });
  });

  it("continues with others while some wait: waiting tries take no room", async () => {
    const { results } = scanWith(
      (settle) => ({
        begin(attempt) {
          if (attempt.probe.endpoint.port !== 80 || results.length > 0) return OPEN;
          setTimeout(() => settle(attempt, GO), 5_000);
          return WAITS;
        },
      }),
      { ports: [80, 81, 82], concurrency: 1 },
    );
    await vi.runAllTimersAsync();
    expect(results.map(({ endpoint }) => endpoint.port)).toEqual([81, 82, 80]);
  });

  it("counts an answer once: one after the last try changes nothing", async () => {
    let late: (() => void) | undefined;
    const { results } = scanWith((settle) => ({ begin: (attempt) => void (late ??= () => settle(attempt, OPEN)) }), {
      ports: [80, 81],
      retries: 0,
      concurrency: 1,
    });
    await vi.advanceTimersByTimeAsync(600);
    late?.();
    await vi.runAllTimersAsync();
    expect(results.map(({ state }) => state)).toEqual(["no-response", "no-response"]);
  });

  it("starts nothing while there is no room, and flushes the queue each time", async () => {
    let room = 0;
    let flushed = 0;
    const { results } = scanWith(
      () => ({ room: () => room > 0, begin: () => (room--, OPEN), flush: () => void (flushed++, (room = 2)) }),
      { ports: [80, 81, 82, 83, 84] },
    );
    await vi.runAllTimersAsync();
    expect(results).toHaveLength(5);
    expect(flushed).toBeGreaterThanOrEqual(3);
  });
});
