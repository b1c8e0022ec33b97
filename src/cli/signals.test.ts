import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { createStopSignals } from "./signals.ts";

it("counts one Ctrl-C from terminal and launcher once, a later one as the second, and removes its listeners at the end", () => {
  const source = new EventEmitter();
  let now = 1_000;
  const onStop = createStopSignals(source as unknown as NodeJS.Process, () => now);
  const seen: string[] = [];
  const release = onStop((signal) => seen.push(signal));
  source.emit("SIGINT", "SIGINT");
  now += 5;
  source.emit("SIGINT", "SIGINT");
  expect(seen).toEqual(["SIGINT"]);
  now += 1_000;
  source.emit("SIGTERM", "SIGTERM");
  expect(seen).toEqual(["SIGINT", "SIGTERM"]);
  release();
  release();
  expect(source.listenerCount("SIGINT") + source.listenerCount("SIGTERM")).toBe(0);
});
