import { readFileSync } from "node:fs";
import type { Clock } from "../../../model/index.ts";
import type { ClockReading } from "../clock-watch.ts";

/** The machine's wall clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** Reads the three clocks. Boot time is the first field of /proc/uptime (proc(5)), 10 ms steps; Linux only. */
export function readClocks(): ClockReading {
  return { wall: Date.now(), monotonic: Number(process.hrtime.bigint() / 1_000_000n), boot: bootTime() };
}

function bootTime(): number | undefined {
  try {
    const uptime = Number(readFileSync("/proc/uptime", "latin1").split(" ", 1)[0]);
    return Number.isFinite(uptime) ? uptime * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
