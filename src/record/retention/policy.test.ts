import { expect, it } from "vitest";
import { cutOff, DEFAULT_PERIODS } from "./policy.ts";

it.each([
  ["2026-03-14T09:00:00.000Z", 72, "2020-03-14T09:00:00.000Z"],
  ["2026-03-31T09:00:00.000Z", 1, "2026-02-28T09:00:00.000Z"],
  ["2024-03-31T09:00:00.000Z", 1, "2024-02-29T09:00:00.000Z"],
  ["2024-02-29T00:00:00.000Z", 12, "2023-02-28T00:00:00.000Z"],
  ["2026-01-15T00:00:00.000Z", 13, "2024-12-15T00:00:00.000Z"],
])("at %s, %i months ago is %s", (now, months, then) => {
  const cut = cutOff({ ...DEFAULT_PERIODS, sweeps: months }, "sweeps", Date.parse(now));
  expect(new Date(cut).toISOString()).toBe(then);
});
