import { expect, it } from "vitest";
import { eachDatabase } from "../../../../test/databases.ts";
import type { ClockEvent, ClockReading } from "../clock-watch.ts";
import type { DueTarget } from "./turns.ts";
import { createScheduler, type SchedulerDeps } from "./scheduler.ts";

const lane = { vantage: "inside", where: "anywhere" } as const;

const until = async (isSo: () => boolean): Promise<void> => {
  const end = Date.now() + 20_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error("it never came to that");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

eachDatabase("the watch", (open) => {
  async function watching(deps: Partial<SchedulerDeps>) {
    const store = await open();
    const problems: unknown[] = [];
    const watch = await createScheduler({
      store,
      clock: { now: () => Date.now() },
      readClocks: () => ({ wall: Date.now(), monotonic: performance.now() }),
      random: () => 0,
      vantage: "inside",
      targets: () => Promise.resolve([]),
      sweepTarget: () => Promise.resolve(),
      sweepKnown: () => Promise.resolve(),
      sweepRolling: () => Promise.resolve(),
      checkWindows: () => Promise.resolve(),
      settle: () => Promise.resolve(),
      onClockEvent: () => Promise.resolve(),
      onProblem: (problem) => problems.push(problem),
      ...deps,
    });
    await watch.start();
    return { watch, problems };
  }

  it("sweeps what is due, again at its cadence, and does not hurry after a failure", async () => {
    const started: [name: string, at: number][] = [];
    const lastStart = new Map<string, number>();
    const target = (name: string, cadence: number): DueTarget => ({
      name,
      cadence,
      lastStart: lastStart.get(name),
      lane,
    });
    const { watch, problems } = await watching({
      targets: () => Promise.resolve([target("good", 2_000), target("refused", 60_000)]),
      sweepTarget(name) {
        started.push([name, Date.now()]);
        if (name === "refused") return Promise.reject(new Error("refused"));
        lastStart.set(name, Date.now());
        return Promise.resolve();
      },
    });
    const goods = () => started.filter(([name]) => name === "good").map(([, at]) => at);
    await until(() => goods().length >= 3);
    await watch.stop();
    const [first = 0, second = 0] = goods();
    expect(second - first).toBeGreaterThan(1_500);
    expect(started.filter(([name]) => name === "refused")).toHaveLength(1);
    expect(problems).toMatchObject([{ message: "refused" }]);
  });

  it("passes on the events of the clock watch", async () => {
    let shift = 0;
    const events: ClockEvent[] = [];
    const readClocks = (): ClockReading => ({
      wall: Date.now() + shift,
      monotonic: performance.now(),
      boot: performance.now(),
    });
    const { watch } = await watching({
      readClocks,
      onClockEvent: (event) => Promise.resolve(void events.push(event)),
    });
    shift = 3_600_000;
    await until(() => events.length > 0);
    await watch.stop();
    expect(events).toMatchObject([{ cause: "clock-forward" }]);
  });

  it("tells a running sweep to end when it stops, and waits for it", async () => {
    let ended = false;
    const { watch } = await watching({
      targets: () => Promise.resolve([{ name: "slow", cadence: 60_000, lastStart: undefined, lane }]),
      sweepTarget: (_, signal) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => setTimeout(() => resolve(void (ended = true)), 200));
        }),
    });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await watch.stop();
    expect(ended).toBe(true);
  });
});
