export { assetIndex, comparedHosts } from "./hosts.ts";
export { missedSweep } from "./missed-sweep.ts";
export type { SweepOutcome } from "./sweep-outcome.ts";
export { DEFAULT_PROBING, type ProbeParameters } from "./io/probe-plan.ts";
export { recordImported, type ImportedSweep, type RecordedImport } from "./io/record-imported.ts";
export type { RecordedSweep } from "./io/record-sweep.ts";
export {
  lastSweepEnd,
  latestFullSweep,
  rollingSoFar,
  runningSweeps,
  sweepById,
  type StoredSweep,
} from "./io/stored-sweeps.ts";
export { importedBy, type ImportedUnder } from "./io/imported-sweeps.ts";
export { scanningVantages } from "./io/scanning-vantages.ts";
export { fullSweepsIn, type EndedSweep } from "./io/full-sweeps.ts";
export { pageOfSweeps, sweepCounts } from "./io/sweep-pages.ts";
export type { SweepOrder } from "./io/begin-sweep.ts";
export type { Post } from "./io/shared-pace.ts";
export { createSweeps, type Sweeps } from "./io/sweeps.ts";
export { sweepBindings } from "./io/bindings.ts";
export { sweepShelves } from "./io/prune-sweeps.ts";
