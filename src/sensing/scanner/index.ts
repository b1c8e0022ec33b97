export { permutation } from "./permutation.ts";
export { createPlan, type Plan, type PlanBlock, planFromJson } from "./plan.ts";
export { portsText } from "./ports-text.ts";
export { createPacer, type Pacer } from "./pace.ts";
export { outcomeOfError } from "./probe-outcome.ts";
export { classify } from "./classify.ts";
export { type Conditions, createConditions } from "./conditions.ts";
export type { Engine, LimitedHost, Probe, ProbedState, ScanReport } from "./engine.ts";
export { chooseEngine, type EngineChoice } from "./io/choose-engine.ts";
