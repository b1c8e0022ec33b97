/** Checkpoints outside: sent to destinations, and compared with the log when it opens and on request. */
export { NEXT, isAlarm, type HeldNote, type Judged, type Verdict } from "./verdict.ts";
export type { Destination } from "./destination.ts";
export { compareAtStart, compareHeld } from "./io/compare-held.ts";
export { destinationsOf, type PublicationPlaces } from "./io/destinations.ts";
export { forgetLast, lastKnown, rememberLast } from "./io/last-known.ts";
export { notesIn } from "./io/note-files.ts";
export { createPublisher, type DestinationChange, type Publisher } from "./io/publisher.ts";
export { destinationStates, type DestinationState } from "./io/sent-store.ts";
