/** What was seen, kept as intervals and coverage, and asked back for any instant or period. */
export type { AssetAt, AssetGaps, AssetView } from "./assets.ts";
export type { Answer, OpenEndpoint } from "./as-of.ts";
export { coverageOfHosts, createCoverageBuilder } from "./coverage.ts";
export type {
  CoverageBuilder,
  CoveredHost,
  CoveredPiece,
  CoverageRange,
  CoverageSet,
  ObservedState,
} from "./coverage.ts";
export type { Difference, OtherChange, StateChange } from "./diff.ts";
export type { FoldResult } from "./intervals.ts";
export { currentStates, diffAt, viewAt, type StateView } from "./io/as-of-store.ts";
export { subjectKey, type ViewSubject } from "./view-subject.ts";
export { currentCounts, gapTotals } from "./io/totals.ts";
export { gapsIn, monitoringGaps, recordMonitoringGap, type MonitoringGap } from "./io/gap-store.ts";
export { fold, openEndpoints, type ObservedRun, type SweepObservations } from "./io/history-store.ts";
export { heldServices, recordServices, servicesAt, type AskedService, type HeldService } from "./io/service-store.ts";
