import { afterAll, expect, it } from "vitest";
import { freshPlace, type Place } from "../../../../test/databases.ts";
import { openStore, type Store } from "../../storage/index.ts";
import { createJobQueue, type JobQueue } from "./job-queue.ts";
import { createTurns, type DueTarget, type Turns } from "./turns.ts";

const lane = { vantage: "inside", where: "anywhere" } as const;
const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h"];
const closings: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closings) await close();
});

/** A process that works for the vantage point: on its own connections, with its own queue. */
async function process(place: Place, swept: (name: string) => Promise<void>, lastStart: Map<string, number>) {
  const store: Store = await openStore(place);
  const problems: unknown[] = [];
  const onProblem = (problem: unknown): void => void problems.push(problem);
  const queue: JobQueue = await createJobQueue({ store, plans: false, onProblem });
  const target = (name: string): DueTarget => ({ name, cadence: 3_600_000, lastStart: lastStart.get(name), lane });
  const turns: Turns = createTurns({
    queue,
    clock: { now: () => Date.now() },
    random: () => 0,
    lanes: [lane],
    target: (_, name) => Promise.resolve(target(name)),
    sweepTarget: swept,
    sweepKnown: () => Promise.resolve(),
    sweepRolling: () => Promise.resolve(),
    onProblem,
  });
  await queue.start();
  return { turns, problems, offerAll: () => Promise.all(NAMES.map((name) => turns.queue(target(name), true))), store };
}

it("two processes that offer and take the same targets sweep each of them once, and share them", async () => {
  const place = await freshPlace("postgresql");
  const lastStart = new Map<string, number>();
  const swept: string[] = [];
  const waiting: (() => void)[] = [];
  const allBegun = Promise.withResolvers<void>();
  const sweeping =
    (who: string) =>
    async (name: string): Promise<void> => {
      swept.push(`${who} ${name}`);
      if (swept.length >= NAMES.length) allBegun.resolve();
      await new Promise<void>((resolve) => waiting.push(resolve));
      lastStart.set(name, Date.now());
    };
  const one = await process(place, sweeping("one"), lastStart);
  const other = await process(place, sweeping("other"), lastStart);
  closings.push(
    () => one.store.close(),
    () => other.store.close(),
    () => place.remove(),
  );
  await Promise.all([one.turns.start(), other.turns.start()]);
  await Promise.all([one.offerAll(), other.offerAll()]);
  // Four side by side in each: all of them have started before one ends.
  await allBegun.promise;
  await Promise.all([one.offerAll(), other.offerAll()]);
  for (const end of waiting) end();
  await Promise.all([one.turns.stop(new Error("stopped")), other.turns.stop(new Error("stopped"))]);
  expect(swept.map((each) => each.slice(-1)).sort()).toEqual(NAMES);
  expect(swept.filter((each) => each.startsWith("one"))).toHaveLength(4);
  expect([...one.problems, ...other.problems]).toEqual([]);
}, 60_000);
