/** Confirmed deviations and their life. */
export { episodesOf, exposureOf } from "./episodes.ts";
export { changesFindings, type Gone } from "./life.ts";
export { fallenOut, isCovered, type ScopeExtent } from "./out-of-scope.ts";
export { nextStepOf } from "./next-step.ts";
export { hasChanged, type Applied } from "./entries.ts";
export { storedSubject, type StoredSubject } from "./stored-subject.ts";
export { applyFindings, type Sighted } from "./io/apply-findings.ts";
export { seenLast } from "./io/last-sightings.ts";
export { listFindings, storedFindings } from "./io/finding-store.ts";
export {
  findingById,
  findingCounts,
  findingsAbout,
  pageOfFindings,
  type FindingEvent,
  type FindingPage,
} from "./io/finding-pages.ts";
export { findingBindings } from "./io/bindings.ts";
export { findingsShelf } from "./io/prune-findings.ts";
