/** How long what is kept, what a legal hold keeps beyond that, and the pruning of the rest. */
export { isRetentionKind, RETENTION_KINDS, RETENTION_WORDS, type RetentionKind } from "./kinds.ts";
export { cutOff, DEFAULT_PERIODS, monthsText, type Periods } from "./policy.ts";
export type { Hold } from "./hold.ts";
export type { Prunable, PruneRule, Removed, Shelf, ShelfRun } from "./shelf.ts";
export { heldRows, instantParameter } from "./io/held-rows.ts";
export { timedEntries } from "./io/timed-entries.ts";
export { policyInForce, setPolicy, type Policy } from "./io/policy-store.ts";
export { holdsOf, liftHold, setHold } from "./io/hold-store.ts";
export { prunable, prune, type HeldData, type PruneDeps, type PrunedKind } from "./io/prune.ts";
export { lastPrunings, prunedUntil, type PrunedUntil } from "./io/pruned-until.ts";
export { retentionBindings } from "./io/bindings.ts";
