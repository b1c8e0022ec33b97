import type { Duration } from "../../model/index.ts";

/** A sensor that says nothing for so many of its intervals is silent. */
const INTERVALS = 3;
/** Networks and busy machines delay more than a short interval. */
const LEAST: Duration = 10_000;
/** What a sensor is taken to keep to before it has said what. */
const USUAL: Duration = 30_000;

/** How long a sensor may say nothing before it is missed. */
export function patience(interval: Duration | undefined): Duration {
  return Math.max(LEAST, INTERVALS * (interval ?? USUAL));
}
