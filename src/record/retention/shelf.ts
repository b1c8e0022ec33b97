import type { Instant } from "../../model/index.ts";
import type { Db, Tx } from "../../platform/storage/index.ts";
import type { Held } from "../evidence/index.ts";
import type { RetentionKind } from "./kinds.ts";

/** The cut-off of one kind, and the holds that keep some of it. */
export interface PruneRule {
  /** The end of the time of what goes; later is kept. */
  readonly until: Instant;
  readonly held: readonly Held[];
}

/** Rows that one batch deleted, and entries whose bodies go with them. */
export interface Removed {
  /** Names of rows by table, as `verify` names them. */
  readonly rows: { readonly [table: string]: readonly string[] };
  readonly entries: readonly number[];
  /** Rows that are gone, whose beginning a remaining entry states, and whose end one of `entries` stated. */
  readonly ended?: { readonly [table: string]: readonly string[] } | undefined;
  /** Where the next batch continues; undefined: nothing is left. */
  readonly next?: number | undefined;
}

/** How much a pruning would delete. */
export interface Prunable {
  readonly rows: { readonly [table: string]: number };
  readonly entries: number;
}

/** One run over a shelf. It may remember what it read in earlier batches. */
export interface ShelfRun {
  /** Deletes one batch, from the place that the batch before named; the first begins at 0. All in one transaction. */
  remove(tx: Tx, rule: PruneRule, after: number): Promise<Removed>;
}

/**
 * One place of the record that retention prunes. The capability that keeps the tables declares it; every read and write
 * of them for retention is in it.
 */
export interface Shelf {
  readonly kind: RetentionKind;
  begin(): ShelfRun;
  /** Counts the rows and entries to delete, without deleting them. */
  count(db: Db, rule: PruneRule): Promise<Prunable>;
}
