import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressSet, parsePorts } from "../../scope/index.ts";
import { probesPerSecond } from "./cadence-fit.ts";
import { MOST_USED_PORTS } from "./most-used-ports.ts";
import { rollingPlan, TURN, type SampledTarget } from "./rolling-plan.ts";
import { sliceOf, type SampledBlock } from "./slice.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const alone = { limits: { rate: 1_000, perHostRate: 1_000 }, processes: 1, here: 1, tries: 1 };

function target(hosts: number, cadence = HOUR, addresses = hosts): SampledTarget {
  return {
    name: "lan",
    cadence,
    endpoints: addresses * 65_535,
    portsOfAHost: 65_535,
    hosts,
    sampled: hosts * 65_535,
    mostUsed: hosts * 100,
  };
}

describe("the most used ports", () => {
  it("are a hundred different ones", () => {
    expect(MOST_USED_PORTS).toHaveLength(100);
    expect(new Set(MOST_USED_PORTS).size).toBe(100);
  });
});

describe("the rolling sample", () => {
  it("scans the most used ports every four minutes, and all ports once a cadence, where the rate has room", () => {
    const plan = rollingPlan(alone, [target(10)]);
    expect(plan).toMatchObject({
      hosts: 10,
      parts: 4,
      mostUsed: { mean: 2.5 * MINUTE, atMost: 5 * MINUTE, kept: true },
      targets: [{ slices: 60, everyTurns: 1, pass: HOUR, kept: true, atMost: HOUR + MINUTE }],
    });
    // Two passes of the same period at phases that have nothing to do with each other: a third of it.
    expect(plan.targets[0]?.mean).toBeCloseTo(HOUR / 3 + MINUTE / 2, -3);
  });

  it("divides a long cadence into sixty slices, so that the log does not grow with it", () => {
    expect(rollingPlan(alone, [target(10, 24 * HOUR)])).toMatchObject({
      targets: [{ slices: 60, everyTurns: 24, pass: 24 * HOUR, kept: true }],
    });
  });

  it("takes longer, and says so, when the full sweeps leave too little", () => {
    const plan = rollingPlan(alone, [target(256)]);
    expect(plan.rate).toBe(100);
    expect(plan).toMatchObject({ parts: 5, mostUsed: { atMost: 6 * MINUTE, kept: false }, targets: [{ kept: false }] });
    expect(plan.targets[0]?.pass).toBeGreaterThan(HOUR);
  });

  it("leaves a target alone that is swept as often as it would be sampled", () => {
    expect(rollingPlan(alone, [target(10, 5 * MINUTE)])).toMatchObject({ hosts: 0, targets: [] });
    expect(rollingPlan(alone, [target(0, HOUR, 256)])).toMatchObject({ hosts: 0, targets: [] });
  });

  it("never plans more than the full sweeps leave, nor more than half, shared by all processes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 6, max: 7 * 24 * 60 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 8 }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        (hosts, minutes, rate, processes, tries) => {
          const sampled = target(hosts, minutes * MINUTE);
          const plan = rollingPlan({ limits: { rate, perHostRate: rate }, processes, here: 1, tries }, [sampled]);
          const own = rate / processes;
          expect(plan.rate).toBeLessThanOrEqual(own / 2);
          expect(plan.rate).toBeLessThanOrEqual(Math.max(own * 0.9 - probesPerSecond([sampled]), own / 10) + 1e-6);
          const [pass] = plan.targets;
          // A tenth more where the most used ports alone fill it, and up to two ports of every host by rounding.
          const probes = hosts * tries * (65_535 / (pass?.slices ?? 1) + 100 / plan.parts);
          expect(probes).toBeLessThanOrEqual((plan.rate * TURN * 1.1) / 1_000 + hosts * tries * 2);
          expect(plan.mostUsed.atMost).toBeGreaterThanOrEqual(5 * MINUTE);
        },
      ),
    );
  });
});

describe("the slices", () => {
  const blocks: SampledBlock[] = [
    { target: "lan", addresses: addressSet([{ first: "10.9.0.1", last: "10.9.0.3" }]), ports: parsePorts("T:-,U:53") },
    { target: "lan", addresses: addressSet([{ first: "10.9.0.9", last: "10.9.0.9" }]), ports: parsePorts("1-100,443") },
  ];
  const plan = rollingPlan(alone, [target(4)]);
  const pass = (plan.targets[0]?.slices ?? 0) * (plan.targets[0]?.everyTurns ?? 0);

  it("cover all TCP ports of a target in one pass, and the most used ones in each round", () => {
    for (const from of [0, 7, 1_000_003]) {
      const all = Array.from({ length: pass }, (_, turn) => sliceOf(blocks, plan, from + turn)).flat();
      const ports = (first: string) =>
        all
          .filter(({ addresses }) => addresses.has(first))
          .reduce((sum, block) => sum.union(block.ports), parsePorts("1").subtract(parsePorts("1")));
      expect(ports("10.9.0.2").format()).toBe("1-65535");
      expect(ports("10.9.0.9").format()).toBe("1-100,443");
      const round = Array.from({ length: plan.parts }, (_, turn) => sliceOf(blocks, plan, from + turn)).flat();
      const often = round.filter(({ addresses }) => addresses.has("10.9.0.1"));
      for (const port of MOST_USED_PORTS) expect(often.some(({ ports: each }) => each.has("tcp", port))).toBe(true);
    }
  });

  it("hold a few ports each, and nothing of a target that is not sampled", () => {
    for (let turn = 0; turn < pass; turn += 1) {
      const [slice] = sliceOf(blocks, plan, turn);
      expect(slice?.ports.size).toBeLessThanOrEqual(Math.ceil(65_535 / 60) + 25);
    }
    expect(sliceOf([{ ...blocks[0]!, target: "another" }], plan, 3)).toEqual([]);
  });
});
