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
export { latestSources, recordsOf, sourcesTrueIn, type StoredSource } from "./io/source-store.ts";
