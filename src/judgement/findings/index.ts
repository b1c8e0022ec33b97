/** Confirmed deviations and their life. */
export type { Gone } from "./life.ts";
export { hasChanged, type Applied } from "./entries.ts";
export { storedSubject, type StoredSubject } from "./stored-subject.ts";
export { applyFindings, type Sighted } from "./io/apply-findings.ts";
export { listFindings } from "./io/finding-store.ts";
export { findingById, findingCounts, pageOfFindings, type FindingEvent, type FindingPage } from "./io/finding-pages.ts";
