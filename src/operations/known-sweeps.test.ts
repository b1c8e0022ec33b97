import { expect, it } from "vitest";
import { createKnownSweeps } from "./known-sweeps.ts";

function looking() {
  const done: string[] = [];
  const problems: unknown[] = [];
  const gates: (() => void)[] = [];
  const look = (name: string) =>
    new Promise<void>((resolve) => {
      gates.push(() => {
        done.push(name);
        resolve();
      });
    });
  const looks = createKnownSweeps<number>({
    known: () => look("known"),
    changed: (things) => (things.includes(0) ? Promise.reject(new Error("failed")) : look(things.join("+"))),
    onProblem: (problem) => void problems.push(problem),
  });
  const release = async (): Promise<void> => {
    await expect.poll(() => gates.length).toBe(1);
    gates.shift()?.();
  };
  return { looks, done, problems, release };
}

it("combines a burst of changes during a running sweep into one sweep", async () => {
  const { looks, done, release } = looking();
  looks.changed([1]);
  await release();
  const known = looks.known();
  await expect.poll(() => done).toEqual(["1"]);
  for (const port of [2, 3, 4]) looks.changed([port]);
  await release();
  await known;
  await release();
  await looks.stop();
  expect(done).toEqual(["1", "known", "2+3+4"]);
});

it("continues after a failed sweep, and begins none after it was stopped", async () => {
  const { looks, done, problems, release } = looking();
  looks.changed([0]);
  const known = looks.known();
  await release();
  await known;
  await looks.stop();
  looks.changed([5]);
  await looks.known();
  expect(problems).toMatchObject([{ message: "failed" }]);
  expect(done).toEqual(["known"]);
});
