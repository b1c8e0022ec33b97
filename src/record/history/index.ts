/** Observations, stored as intervals and coverage, and queries for any instant or period. */
export type { AssetAt, AssetGaps, AssetView } from "./assets.ts";
export { sumOfHosts, type Answer, type OpenEndpoint } from "./as-of.ts";
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
export type { FoldResult } from "./endpoint-fold.ts";
export type { GridRow } from "./grid.ts";
export { gridAt } from "./io/grid-store.ts";
export type { StateBlock } from "./state-map.ts";
export { inBatches } from "./entry-batches.ts";
export { lifeOf, timeIn, type Stretch } from "./endpoint-life.ts";
export { latestStatePlace, type StatePlace } from "./io/state-place.ts";
export { sightingsOf, type ServiceStretch } from "./io/endpoint-sightings.ts";
export { isStale } from "./known.ts";
export type { Sight } from "./last-seen.ts";
export type { Keyed, Placed, Said, ValueChange, WatchFold } from "./watch-fold.ts";
export { currentStates, diffAt, heldOpenAt, openEndpoints, viewAt, type StateView } from "./io/as-of-store.ts";
export { hostSights, type HostSight } from "./io/host-sights.ts";
export { answeringAddresses } from "./io/coverage-store.ts";
export { monitoringGaps, recordMonitoringGap, type MonitoringGap } from "./io/gap-rows.ts";
export { gapsIn, knownIn, unknownIn, type AssetKnown, type AssetUnknown } from "./io/gap-store.ts";
export { statesDuring, type StateDuring } from "./io/states-during.ts";
export { portsOn, rowsDuring, type RowDuring } from "./rows-during.ts";
export { holdVantage, takeIn, type ObservedRun, type TakenIn, type WatchedIn } from "./io/intake.ts";
export { lastRollingLook, latestLook, lookSums, type LatestLook } from "./io/look-store.ts";
export { pendingLooks, sealLooks, type PendingLooks } from "./io/seal-looks.ts";
export { repeatLook, takeLook } from "./io/take-look.ts";
export { lastSeen, type Sought } from "./io/last-seen-store.ts";
export { setHistoryBack } from "./io/set-back.ts";
export { setSourcesBack, type SourceSetBack } from "./io/set-sources-back.ts";
export { subjectKey, type ViewSubject } from "./view-subject.ts";
export { recordServices, type AskedService } from "./io/service-record.ts";
export { heldServices, servicesAt, type HeldService } from "./io/service-store.ts";
export { currentCounts, gapTotals } from "./io/totals.ts";
export { beginSource, noteStated } from "./io/watch-store.ts";
export { sourceFigures, watchedAt, watchedDuring } from "./io/watched-at.ts";
export { recordAddresses, settleAddresses } from "./io/address-changes.ts";
export { historyBindings } from "./io/bindings.ts";
export { hostStatesOf, namedSets, type NamedSet, type StoredHostState } from "./io/named-sets.ts";
export { storedBanners } from "./io/stored-banners.ts";
export { historyShelves } from "./io/shelves.ts";
export { setsShelf } from "./io/prune-sets.ts";
export { coverageIsNeeded, deleteCoverage, holdVantages } from "./io/prune-coverage.ts";
