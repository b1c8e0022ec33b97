import { expect, it } from "vitest";
import { shareOfConnections } from "./descriptors.ts";

it("a share of connections leaves three quarters of the descriptors, and takes no more than a server needs", () => {
  expect([4, 256, 600, 1_024, 1_048_576].map(shareOfConnections)).toEqual([1, 64, 150, 256, 1_000]);
});
