/** What people stated about gaps: why nobody looked, and who accepted that. */
export { gapName, parseGapName, type NamedGap } from "./gap-name.ts";
export { standingOf, type ExplainedStretch } from "./explained.ts";
export { scannedEvidence, watchedEvidence, type KnownPart } from "./compensation.ts";
export type { Decider, StoredExplanation } from "./explanation.ts";
export { explainedGapBindings } from "./io/bindings.ts";
export { explanationsIn, explanationsOf } from "./io/explanation-store.ts";
export { recordExplanation, recordSignOff } from "./io/record-explanation.ts";
