export { MAX_BODY_BYTES, entryBody, storedEntry } from "./entry.ts";
export { originOf, signCheckpointNote, signNote, signingKey } from "./checkpoint.ts";
export type { SigningKey } from "./checkpoint.ts";
export { keyOfHome, loadOrCreateKey, missingKey, prepareKeyFile } from "./io/key.ts";
export { namedFingerprint } from "./named-key.ts";
export { checkpointFrom, entryFrom, logHead, pageOfCheckpoints, readCheckpoints, readEntries } from "./io/log-read.ts";
export type { Checkpoint, DatedCheckpoint, LogHead, LogProgress } from "./io/log-read.ts";
export type { Hold } from "./hold.ts";
export { keysOfLog, type KeysOfLog } from "./io/log-keys.ts";
export { adoptNextKey, prepareNextKey, publicKeysOfHome, settledKey } from "./io/next-key.ts";
export { consistencyProof, finishedEntryOf, looksEntryOf, pageOfEntries, provenEntry } from "./io/log-pages.ts";
export { binding, type Binding, type Claim, type Reader, type Recorded, type Row, type Span } from "./bindings.ts";
export {
  compareTable,
  fieldsBoundBy,
  type BoundFields,
  type Contradiction,
  type TableComparison,
} from "./compare-table.ts";
export { heldIn, isHeld, type Held } from "./pruned.ts";
export { bindsAll, boundLog, boundTableSince, fieldsOf, type BoundLog } from "./io/bound-log.ts";
export { compareRows, compareTables, readLog, type TablesReport, type TableWithLog } from "./io/compare-tables.ts";
export {
  alteredEntry,
  contradictionOf,
  contradictionsIn,
  entriesAbout,
  entriesOfTypes,
  latestVersion,
  missingRow,
  signedEntry,
} from "./io/signed-row.ts";
export { contradictionFault, refuseContradicted } from "./refuse-contradicted.ts";
export { isSyntheticRecord } from "./io/synthetic-record.ts";
export { entriesOutOfOrder } from "./io/out-of-order.ts";
export { verifyLog } from "./io/log-verify.ts";
export type { VerifyOptions } from "./io/log-verify.ts";
export * from "@portolan/verifier";
