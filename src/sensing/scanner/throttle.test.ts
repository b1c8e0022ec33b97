import { describe, expect, it } from "vitest";
import { randomFrom } from "../../../test/fakes/simulated-network.ts";
import { createThrottle } from "./throttle.ts";

/** Probes at `wanted` a second for so long over a path of which each one is answered as `answers` says. */
function run(seconds: number, wanted: number, answers: (now: number) => boolean, lossOf: (rate: number) => number) {
  const throttle = createThrottle(0);
  const ceilings: number[] = [];
  const sent: number[] = [];
  let first = 0;
  for (let now = 0; now < seconds * 1_000; now += 1_000 / wanted) {
    if (throttle.wait(now) > 0) continue;
    throttle.sent(now);
    sent.push(now);
    while (now - (sent[first] ?? now) >= 1_000) first++;
    if (throttle.outcome(answers(now), now)) throttle.review(now, lossOf(sent.length - first));
    ceilings.push(throttle.ceiling);
  }
  return { sent: sent.length, last: throttle.ceiling, lowest: Math.min(...ceilings) };
}

describe("throttle", () => {
  it("finds its way below the rate at which a queue overflows", () => {
    for (const capacity of [150, 300, 400]) {
      let tokens = 0;
      let then = 0;
      const answers = (now: number): boolean => {
        tokens = Math.min(capacity / 20, tokens + ((now - then) * capacity) / 1_000);
        then = now;
        if (tokens < 1) return false;
        tokens--;
        return true;
      };
      const { sent, lowest } = run(120, 500, answers, (rate) => Math.max(0, 1 - capacity / rate));
      expect(lowest).toBeLessThanOrEqual(capacity);
      expect(sent).toBeLessThan(120 * 500 * 0.95);
      // And it does not stay far below the capacity of the path.
      expect(sent).toBeGreaterThan(120 * capacity * 0.6);
    }
  });

  it("is not misled by a loss that does not depend on the rate", () => {
    const shares = [0.02, 0.051, 0.06, 0.1, 0.2, 0.4, 0.6].flatMap((loss) =>
      [1, 2, 3, 4].map((seed) => {
        const random = randomFrom(seed);
        const { sent } = run(
          60,
          500,
          () => random() >= loss,
          () => loss,
        );
        return sent / (60 * 500);
      }),
    );
    expect(shares.filter((share) => share < 0.75)).toEqual([]);
  });

  it("holds nothing back where nothing is lost", () => {
    expect(
      run(
        20,
        500,
        () => true,
        () => 0,
      ),
    ).toMatchObject({ lowest: Number.POSITIVE_INFINITY });
  });

  it("never goes below an eighth of the rate it began with", () => {
    // The worse the slower it gets: each step seems to help.
    let share = 0.05;
    const random = randomFrom(1);
    const { lowest } = run(
      120,
      800,
      () => random() < (share = Math.min(0.9, share * 1.0001)),
      () => 0.9,
    );
    expect(lowest).toBeGreaterThanOrEqual(95);
  });
});
