/**
 * Between full sweeps: a sample that rolls over the most used ports in minutes and over the full range in a cadence,
 * and what the cadences and the rate of a scope allow.
 */
export { cadenceFit, type CadenceFit, type Limits, type SweptTarget } from "./cadence-fit.ts";
export { unfitText } from "./unfit-text.ts";
export { MOST_USED_PORTS } from "./most-used-ports.ts";
export { rollingPlan, TURN, type RollingPlan, type SampledTarget } from "./rolling-plan.ts";
export { mostUsedOf, sliceOf, tcpOnly, type SampledBlock } from "./slice.ts";
