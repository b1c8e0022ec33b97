import { describe, expect, it } from "vitest";
import { createAttempts } from "./attempts.ts";
import { createConditions } from "./conditions.ts";
import type { Probe } from "./engine.ts";
import { createFifo } from "./fifo.ts";
import { createPacer } from "./pace.ts";

const probe = (index: number, address: string): Probe => ({ index, endpoint: { address, transport: "tcp", port: 80 } });
const pacerAt = (rate: number, perHostRate: number) =>
  createPacer({ rate, perHostRate, now: 0, exempt: (address) => address.startsWith("127.") });

describe("attempts", () => {
  it("lets other hosts and this machine proceed while one host has to wait", () => {
    const probes = [probe(0, "192.0.2.1"), probe(1, "192.0.2.1"), probe(2, "192.0.2.2"), probe(3, "127.0.0.1")];
    const attempts = createAttempts(probes.values(), pacerAt(1_000_000, 1), createConditions(0), 1_000);
    expect([0, 0, 0, 0].map((now) => attempts.next(now)?.probe.index)).toEqual([0, 2, 3, undefined]);
    expect(attempts.dueAt()).toBeCloseTo(1_000 / 0.95);
    expect(attempts.drained()).toBe(false);
    expect(attempts.next(1_050)).toBeUndefined();
    expect(attempts.next(1_053)?.probe.index).toBe(1);
    expect(attempts.drained()).toBe(true);
    expect(attempts.dueAt()).toBe(Number.POSITIVE_INFINITY);
  });

  it("pulls no more than it can hold when everything has to wait", () => {
    let pulled = 0;
    function* endless(): Generator<Probe> {
      for (;;) yield probe(pulled++, "192.0.2.1");
    }
    const attempts = createAttempts(endless(), pacerAt(1, 1), createConditions(0), 1_000);
    expect(attempts.next(0)?.probe.index).toBe(0);
    for (let now = 1; now < 1_000; now += 100) expect(attempts.next(now)).toBeUndefined();
    expect(pulled).toBeLessThan(300);
    expect(attempts.next(1_053)?.probe.index).toBe(1);
  });

  it("tries again after the delay, before anything new, and paces it", () => {
    const attempts = createAttempts(
      [probe(0, "192.0.2.1"), probe(1, "192.0.2.2")].values(),
      pacerAt(2, 4),
      createConditions(0),
      700,
    );
    const first = attempts.next(0);
    if (first === undefined) throw new Error("nothing to try");
    attempts.retry(first, 100);
    expect(attempts.next(100)).toBeUndefined();
    expect(attempts.next(500)?.probe.index).toBe(1);
    // Due at 800, but the sweep may send its next one at 1,000.
    expect(attempts.next(800)).toBeUndefined();
    expect(attempts.dueAt()).toBe(1_000);
    expect(attempts.next(1_000)).toBe(first);
    expect(attempts.drained()).toBe(true);
  });
});

describe("fifo", () => {
  it("keeps order over many more items than it holds at a time", () => {
    const fifo = createFifo<number>();
    const out: (number | undefined)[] = [];
    let next = 0;
    for (let round = 0; round < 5_000; round++) {
      for (let i = 0; i < (round % 7) + 1; i++) fifo.push(next++);
      for (let i = 0; i < (round % 5) + 1 && fifo.size > 0; i++) {
        const seen = fifo.peek();
        out.push(fifo.shift() === seen ? seen : undefined);
      }
    }
    while (fifo.size > 0) out.push(fifo.shift());
    expect(out).toEqual(Array.from({ length: next }, (_, i) => i));
    expect(fifo.shift()).toBeUndefined();
  });
});
