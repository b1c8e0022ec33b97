// @module-tag long
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  addressOf,
  nameOf,
  simulate,
  type SimulatedNetwork,
  type Truth,
} from "../../../test/fakes/simulated-network.ts";
import { createPacer } from "./pace.ts";

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
/** One port in ten is open, the rest refuses. */
const answersAll = (host: number, port: number): Truth => ((host + port) % 10 === 0 ? "open" : "closed");
/** A firewall that drops: two ports are open, nothing else says a word. */
const dropsRest = (host: number, port: number): Truth => ((host + port) % 20 === 0 ? "open" : "filtered");

const at = (rate: number) => createPacer({ rate, perHostRate: 1_000_000, now: performance.now(), exempt: () => false });

describe("scans over simulated networks", () => {
  beforeEach(() => {
    vi.useFakeTimers({
      loopLimit: 10_000_000,
      toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "performance", "Date"],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Found and open, summed over the seeds: each seed alone has too few to tell 99.9 from 99.8 %. */
  async function recallOver(network: Omit<SimulatedNetwork, "seed">): Promise<number> {
    let sum = 0;
    for (const seed of SEEDS) sum += (await simulate({ ...network, seed })).recall;
    return sum / SEEDS.length;
  }

  it.each([
    ["closed", 0.02, 0.999, true],
    ["closed", 0.1, 0.998, false],
    ["filtered", 0.02, 0.998, true],
    ["filtered", 0.1, 0.99, false],
  ] as const)(
    "finds open endpoints where the rest is %s and %d is lost each way",
    async (rest, loss, least, hearsLate) => {
      const truth = rest === "closed" ? answersAll : dropsRest;
      expect(await recallOver({ hosts: 40, ports: 40, truth, loss, hearsLate })).toBeGreaterThanOrEqual(least);
    },
  );

  it("measures the loss of each network, and its round trip", async () => {
    const { report } = await simulate({ seed: 1, hosts: 100, ports: 60, truth: answersAll, loss: 0.1, roundTrip: 40 });
    expect(report.loss).toBeGreaterThan(0.17);
    expect(report.loss).toBeLessThan(0.21);
    expect(report.roundTrip).toBeGreaterThan(40);
    expect(report.roundTrip).toBeLessThan(65);
  });

  it("sends one packet for each answer and two for each silence where nothing is lost, and waits no longer", async () => {
    const truth = (_host: number, port: number): Truth => (port % 4 === 0 ? "filtered" : "closed");
    for (const seed of SEEDS) {
      const { report, states, took } = await simulate({ seed, hosts: 20, ports: 40, truth });
      expect(report).toMatchObject({ sent: 1_000, retried: 200, loss: 0, forgotten: 0, doubtful: [] });
      expect([...states.values()].filter((state) => state === "no-response")).toHaveLength(200);
      // Sending, the last try, the delay, its retry.
      expect(took).toBeLessThan(1_000 / 5 + 950 + 2_000 + 950);
    }
  });

  it("stays cheap where nobody answers, however much is lost elsewhere", async () => {
    const truth = (host: number, port: number): Truth => (host < 10 ? answersAll(host, port) : "filtered");
    const { report } = await simulate({ seed: 3, hosts: 60, ports: 40, truth, loss: 0.1 });
    // 50 silent hosts × 40 ports × 2 tries, 16 more at most for each host, and the answering ones.
    expect(report.sent).toBeLessThan(50 * (40 * 2 + 16) + 10 * 40 * 1.6);
  });

  it("gives endpoints given up early their further tries once the loss is known", async () => {
    // Most is given up before its host has said a word.
    let told = 0;
    let wrong = 0;
    let sum = 0;
    for (const seed of SEEDS.slice(0, 4)) {
      const request = { pacer: at(300) };
      const { results, recall } = await simulate({ seed, hosts: 30, ports: 40, truth: dropsRest, loss: 0.1, request });
      sum += recall;
      const silentFirst = new Set<number>();
      const answered = new Set<number>();
      for (const { index, state } of results) {
        // A second result only ever turns silence into an answer.
        if (answered.has(index) || (state === "no-response" && silentFirst.has(index))) wrong++;
        if (state === "no-response") silentFirst.add(index);
        else answered.add(index);
        if (state !== "no-response" && silentFirst.has(index)) told++;
      }
    }
    expect(wrong).toBe(0);
    expect(sum / 4).toBeGreaterThan(0.99);
    expect(told).toBeGreaterThan(0);
  });

  it("finds the one open port of each host, whatever else it drops", async () => {
    const truth = (_host: number, port: number): Truth => (port === 1 ? "open" : "filtered");
    expect(await recallOver({ hosts: 100, ports: 3, truth, loss: 0.1, request: {} })).toBeGreaterThan(0.99);
  });

  it("doubts the silence of hosts that limit their refusals, finds their open ports, and sends them nothing more", async () => {
    for (const seed of SEEDS.slice(0, 10)) {
      const { states, recall, report } = await simulate({ seed, hosts: 30, ports: 60, truth: answersAll, refusals: 2 });
      expect(recall).toBe(1);
      const doubted = new Set(report.doubtful.map(({ address }) => address));
      for (let host = 0; host < 30; host++) {
        for (let port = 1; port <= 60; port++) {
          if (states.get(nameOf(host, port)) === "no-response") expect(doubted).toContain(addressOf(host));
        }
      }
    }
  });

  it("does not doubt a host because a firewall drops packets", async () => {
    const truth = (_host: number, port: number): Truth => (port % 2 === 0 ? "filtered" : "closed");
    for (const loss of [0, 0.005]) {
      const { report } = await simulate({ seed: 5, hosts: 30, ports: 80, truth, loss });
      expect(report.doubtful).toEqual([]);
    }
  });

  it("slows down where a queue overflows, and loses less for it", async () => {
    const overflowing = {
      seed: 7,
      hosts: 200,
      ports: 200,
      truth: answersAll,
      capacity: 1_000,
      request: { pacer: at(4_000) },
    };
    const { recall, sentAt, took } = await simulate(overflowing);
    expect(recall).toBeGreaterThan(0.999);
    // Were it never slower, three of four packets would be lost all along.
    expect(sentAt.length).toBeLessThan(3 * 40_000);
    const late = sentAt.filter((each) => each > took / 2 && each < took / 2 + 5_000).length / 5;
    expect(late).toBeLessThan(2_000);
  });

  it("does not slow down for a loss that its rate has no part in", async () => {
    const random = { seed: 9, hosts: 200, ports: 200, truth: answersAll, loss: 0.1, request: { pacer: at(4_000) } };
    const { took, sentAt } = await simulate(random);
    // Every packet at the full rate, the retries' own time, and two short trials at half of it.
    expect(took).toBeLessThan((1_000 * sentAt.length) / 4_000 + 5 * 2_950 + 5_000);
  });

  it("retries enough when the loss begins in the middle", async () => {
    const loss = (now: number): number => (now > 4_000 ? 0.1 : 0);
    let sum = 0;
    for (const seed of SEEDS.slice(0, 2)) {
      sum += (await simulate({ seed, hosts: 200, ports: 100, truth: answersAll, loss, request: { pacer: at(2_000) } }))
        .recall;
    }
    expect(sum / 2).toBeGreaterThan(0.99);
  });

  it("waits for answers that take longer than the first ones did", async () => {
    const { report, recall } = await simulate({
      seed: 11,
      hosts: 50,
      ports: 50,
      truth: answersAll,
      roundTrip: 600,
      hearsLate: true,
    });
    expect(recall).toBe(1);
    expect(report.retried).toBe(0);
  });
});
