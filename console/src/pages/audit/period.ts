import { readInstant } from "../../time/instant.ts";

export interface ReadPeriod {
  /** Milliseconds since 1970. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Why it is not a period, as a sentence. */
  readonly problem?: string | undefined;
}

/** A period as somebody typed it, up to now at most. */
export function readPeriod(from: string, to: string, now: number): ReadPeriod {
  const [begin, end] = [readInstant(from, now), readInstant(to, now)];
  if (begin === undefined) return { problem: `"${from}" is not an instant. Try -90d, or 2026-03-14 09:00.` };
  if (end === undefined) return { problem: `"${to}" is not an instant. Try now, or 2026-03-14 09:00.` };
  if (end > now) return { problem: "The record says nothing about the future." };
  return begin < end ? { from: begin, to: end } : { problem: "The period ends before it begins." };
}
