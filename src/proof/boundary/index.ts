/** Sources of the boundary: what other systems say belongs to it, reconciled with the scope. */
export { LARGEST_SOURCE, readSource } from "./read-source.ts";
export {
  BOUNDARY_DISPOSITIONS,
  reconcile,
  type BoundaryLine,
  type BoundarySource,
  type DeclaredBoundary,
  type LastScan,
} from "./reconcile.ts";
export type { SourceRecord } from "./source-record.ts";
export { boundaryBindings } from "./io/bindings.ts";
export { recordSource } from "./io/record-source.ts";
export { retireSource } from "./io/retire-source.ts";
export { transferZone, type ZoneServer } from "./io/transfer-zone.ts";
export { loadTsigKey } from "./io/tsig-file.ts";
export type { TransferredZone } from "./zone-transfer.ts";
export { latestSources, recordsOf, sourcesTrueIn, type StoredSource } from "./io/source-store.ts";
