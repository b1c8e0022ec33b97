export { missedWindow } from "./cadence.ts";
export type { ClockEvent } from "./clock-watch.ts";
export { readClocks, systemClock } from "./io/clocks.ts";
export { createWatch, type DueTarget, type Watch } from "./io/watch.ts";
