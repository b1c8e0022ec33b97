import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { SensorMoment } from "../../../contract/index.ts";
import type { Clock } from "../../../model/index.ts";

/**
 * The clock that nobody can set: milliseconds since the machine started, time asleep included where the system reports
 * it.
 */
export interface Moments {
  elapsed(): number;
  at(elapsed: number): SensorMoment;
  /** Compared with the system once in a while: true if the machine has slept since. */
  slept(): boolean;
}

/** Sleep is longer; the steps of /proc/uptime are shorter. */
const TOLERANCE = 1_000;

/** `wall` is the machine's own wall clock; it is reported, but dates only observations that no other clock can date. */
export function createMoments(wall: Clock): Moments {
  const boot = bootId();
  const clock = boot ?? `process-${randomUUID()}`;
  const monotonic = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;
  const ahead = (): number => (boot === undefined ? 0 : (uptime() ?? monotonic()) - monotonic());
  let offset = ahead();
  const elapsed = (): number => Math.max(0, monotonic() + offset);
  return {
    elapsed,
    at: (then) => ({
      clock,
      elapsed: Math.max(0, then),
      wall: Math.round(wall.now() - (elapsed() - then)),
    }),
    slept() {
      const now = ahead();
      if (now - offset < TOLERANCE) return false;
      offset = now;
      return true;
    },
  };
}

/** Linux's name for this run of the machine (random(4)). */
function bootId(): string | undefined {
  try {
    const id = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return /^[0-9a-f-]{36}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** proc(5): seconds since the start, time asleep included. */
function uptime(): number | undefined {
  try {
    const seconds = Number(readFileSync("/proc/uptime", "latin1").split(" ", 1)[0]);
    return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
