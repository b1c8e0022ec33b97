/** Confirmed deviations and their life. */
export { transitions, type Gone, type Transition } from "./life.ts";
export { findingEntries, type Applied } from "./entries.ts";
export { storedSubject, type StoredSubject } from "./stored-subject.ts";
export { applyTransitions, listFindings } from "./io/finding-store.ts";
export { findingById, findingCounts, pageOfFindings, type FindingEvent, type FindingPage } from "./io/finding-pages.ts";
