import { expect, it } from "vitest";
import { followedClock } from "./followed-clock.ts";

it("gives the record's time on a clock that is an hour off, and reports the offset", () => {
  let own = 3_600_000;
  const clock = followedClock({ now: () => own });
  expect(clock.now()).toBe(3_600_000);
  clock.heard(5, own, own + 10);
  own += 10;
  expect(clock.skew).toBe(3_600_000);
  expect(clock.now()).toBe(10);
});

it("does not follow a difference within the round trip, and returns to its own time once that is right", () => {
  let own = 10_000;
  const clock = followedClock({ now: () => own });
  clock.heard(9_500, own, own);
  expect([clock.now(), clock.skew]).toEqual([10_000, 500]);
  clock.heard(5_000, own, own);
  expect(clock.now()).toBe(5_000);
  own = 5_200;
  clock.heard(5_100, own, own);
  expect(clock.now()).toBe(5_200);
});
