import type { Duration } from "../../model/index.ts";

/** A sensor that reports nothing for this many of its intervals is silent. */
const INTERVALS = 3;
/** Networks and busy machines cause delays longer than a short interval. */
const LEAST: Duration = 10_000;
/** The interval assumed for a sensor before it has stated one. */
const USUAL: Duration = 30_000;

/** How long a sensor may report nothing before it is missed. */
export function patience(interval: Duration | undefined): Duration {
  return Math.max(LEAST, INTERVALS * (interval ?? USUAL));
}
