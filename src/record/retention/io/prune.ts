import { createHash } from "node:crypto";
import { formatInstant, type Clock, type EntryData, type Instant } from "../../../model/index.ts";
import { holdRule, type Db, type Store } from "../../../platform/storage/index.ts";
import { recordPruning, type ChangeDeps, type PruningChange } from "../../change/index.ts";
import { heldIn } from "../../evidence/index.ts";
import { RETENTION_KINDS, type RetentionKind } from "../kinds.ts";
import { cutOff } from "../policy.ts";
import type { Prunable, Removed, Shelf, ShelfRun } from "../shelf.ts";
import { policyInForce } from "./policy-store.ts";

/** The holds in force, as the entry of a pruning states them. */
export type HeldData = EntryData["rows-pruned"]["held"];

export interface PruneDeps extends ChangeDeps {
  readonly store: Pick<Store, "db" | "transaction">;
  readonly clock: Clock;
  readonly shelves: readonly Shelf[];
  /** Reads the holds in the transaction of each batch: one that was just set counts. */
  held(db: Db, at: Instant): Promise<HeldData>;
}

/** The result of a pruning for one kind, or of a dry run. */
export interface PrunedKind {
  readonly kind: RetentionKind;
  readonly until: Instant;
  readonly rows: { readonly [table: string]: number };
  /** Entries of which only the hash is left. */
  readonly entries: number;
}

/**
 * Prunes everything whose time has ended, in batches of a transaction each. Every batch appends the entry that says what
 * went, so a crash leaves whole batches behind, and the next run continues. Stops between batches once `signal` is
 * aborted.
 */
export async function prune(deps: PruneDeps, by: string, signal?: AbortSignal): Promise<PrunedKind[]> {
  const done: PrunedKind[] = [];
  for (const kind of RETENTION_KINDS) {
    const sum: { [table: string]: number } = {};
    let entries = 0;
    const shelves = deps.shelves.filter((shelf) => shelf.kind === kind).map((shelf) => shelf.begin());
    const { periods } = await policyInForce(deps.store.db);
    const until = cutOff(periods, kind, deps.clock.now());
    let place = { shelf: 0, after: 0 };
    while (place.shelf < shelves.length && signal?.aborted !== true) {
      const batch = await pruneBatch(deps, { kind, until, by, shelves, ...place });
      for (const [table, names] of Object.entries(batch.removed.rows)) sum[table] = (sum[table] ?? 0) + names.length;
      entries += batch.removed.entries.length;
      place = batch.next;
    }
    done.push({ kind, until, rows: sum, entries });
  }
  return done;
}

interface Batch {
  readonly kind: RetentionKind;
  readonly until: Instant;
  readonly by: string;
  readonly shelves: readonly ShelfRun[];
  readonly shelf: number;
  readonly after: number;
}

/** One transaction. The last batch of a kind says that nothing is left, if any batch deleted something. */
async function pruneBatch(
  deps: PruneDeps,
  { kind, until, by, shelves, ...place }: Batch,
): Promise<{ readonly removed: Removed; readonly next: { readonly shelf: number; readonly after: number } }> {
  const at = deps.clock.now();
  let result = { removed: { rows: {}, entries: [] } as Removed, next: { shelf: place.shelf + 1, after: 0 } };
  await recordPruning(deps, at, async (change) => {
    // One after the other, and before anything else is locked.
    await holdRule(change.tx, "retention");
    const held = await deps.held(change.tx, at);
    const rule = { until, held: held.map(heldIn) };
    const removed = (await shelves[place.shelf]?.remove(change.tx, rule, place.after)) ?? { rows: {}, entries: [] };
    const next =
      removed.next === undefined ? { shelf: place.shelf + 1, after: 0 } : { shelf: place.shelf, after: removed.next };
    result = { removed, next };
    const isLast = next.shelf >= shelves.length;
    const isEmpty = removed.entries.length + rowsIn(removed) === 0;
    if (isEmpty && !(isLast && (await isUnfinished(change.tx, kind)))) return undefined;
    const entries = await change.forget(removed.entries);
    state(change, {
      kind,
      until: formatInstant(until),
      complete: isLast,
      tables: tablesOf(removed),
      held,
      entries,
      by,
    });
    return true;
  });
  return result;
}

function state(change: PruningChange, data: EntryData["rows-pruned"]): void {
  const { kind, until, complete, tables, entries, by } = data;
  change.bind({ type: "rows-pruned", at: change.at, data }, async (index) => {
    await change.tx
      .insertInto("pruning")
      .values({
        entry_index: index,
        kind,
        until: new Date(until),
        complete,
        rows: Object.values(tables).reduce((sum, each) => sum + each.rows, 0),
        entries: entries?.count ?? 0,
        pruned_at: new Date(change.at),
        pruned_by: by,
      })
      .execute();
  });
}

/** Whether the last pruning of the kind left something: a crash, or this run before its last batch. */
async function isUnfinished(db: Db, kind: RetentionKind): Promise<boolean> {
  const last = await db
    .selectFrom("pruning")
    .select("complete")
    .where("kind", "=", kind)
    .orderBy("entry_index", "desc")
    .limit(1)
    .executeTakeFirst();
  return last?.complete === false;
}

function rowsIn({ rows }: Removed): number {
  return Object.values(rows).reduce((sum, names) => sum + names.length, 0);
}

function tablesOf({ rows, ended = {} }: Removed): EntryData["rows-pruned"]["tables"] {
  const tables = [...new Set([...Object.keys(rows), ...Object.keys(ended)])];
  return Object.fromEntries(
    tables.flatMap((table) => {
      const names = rows[table] ?? [];
      const of = ended[table] ?? [];
      if (names.length + of.length === 0) return [];
      const digest = createHash("sha256");
      for (const name of names) digest.update(`${name}\n`);
      const stated = { rows: names.length, digest: digest.digest("hex") };
      return [[table, of.length === 0 ? stated : { ...stated, ended: of }]];
    }),
  );
}

/** What a pruning would delete now, and what it would if there were no holds. */
export async function prunable(
  deps: Pick<PruneDeps, "shelves" | "held" | "clock"> & { readonly store: Pick<Store, "db"> },
): Promise<(PrunedKind & { readonly kept: Prunable })[]> {
  const { db } = deps.store;
  const now = deps.clock.now();
  const { periods } = await policyInForce(db);
  const held = (await deps.held(db, now)).map(heldIn);
  return await Promise.all(
    RETENTION_KINDS.map(async (kind) => {
      const until = cutOff(periods, kind, now);
      const shelves = deps.shelves.filter((shelf) => shelf.kind === kind);
      const goes = await total(db, shelves, { until, held });
      const without = held.length === 0 ? goes : await total(db, shelves, { until, held: [] });
      const rows = Object.fromEntries(
        Object.entries(without.rows).map(([table, count]) => [table, count - (goes.rows[table] ?? 0)]),
      );
      return { kind, until, ...goes, kept: { rows, entries: without.entries - goes.entries } };
    }),
  );
}

async function total(db: Db, shelves: readonly Shelf[], rule: Parameters<Shelf["count"]>[1]): Promise<Prunable> {
  const rows: { [table: string]: number } = {};
  let entries = 0;
  for (const shelf of shelves) {
    const counted = await shelf.count(db, rule);
    for (const [table, count] of Object.entries(counted.rows)) rows[table] = (rows[table] ?? 0) + count;
    entries += counted.entries;
  }
  return { rows, entries };
}
