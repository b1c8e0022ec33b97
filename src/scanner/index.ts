export { type Permutation, permutation } from "./permutation.ts";
export { createPlan, type Plan, type PlanBlock, planFromJson } from "./plan.ts";
export { createPacer, type Pacer, type PacerOptions } from "./pace.ts";
export { classify } from "./classify.ts";
export type { Engine, Probe, ProbedState, ProbeResult, ScanReport, ScanRequest } from "./engine.ts";
export { LONGEST_TRY } from "./engine.ts";
export { type ChosenEngine, chooseEngine } from "./io/choose-engine.ts";
export { type DescriptorBudget, descriptorBudget } from "./io/descriptors.ts";
