import { expect, it } from "vitest";
import * as results from "../../test/fakes/results.ts";
import { fakeSurroundings } from "../../test/fakes/surroundings.ts";
import { fakeOperations } from "../../test/fakes/operations.ts";
import { createFirstLook } from "./first-look.ts";

it("the first sweeps of four targets print one hint once", async () => {
  const targets = ["a", "b", "c", "d"];
  const surroundings = fakeSurroundings({ directory: "/nowhere", operations: fakeOperations() });
  const look = createFirstLook(surroundings, targets);
  const { baselineVersion: _none, ...result } = results.sweep;
  for (const target of targets) {
    look.onEvent({ kind: "sweep-finished", result });
    look.onEvent({ kind: "target-attempted", target });
  }
  await look.done;
  expect(surroundings.printed.out.match(/on what this sweep covered/g)).toHaveLength(4);
  expect(surroundings.printed.out.match(/No port baseline is approved/g)).toHaveLength(1);
});
