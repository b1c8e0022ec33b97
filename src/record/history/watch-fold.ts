import type { Instant, Period } from "../../model/index.ts";
import { judge, type Held, type Subject } from "./fold.ts";

/** When something was said to have been; `estimated`: only the source's own clock tells of it. */
export interface Placed {
  readonly at: Instant;
  readonly estimated: boolean;
}

/** A value and the key that tells it from others of its source. */
export type Keyed<Value> = readonly [key: string, value: Value];

/** What a source that watches said, one thing after the other. */
export type Said<Value> =
  /** Its records after this one are missing, or it ended. */
  | { readonly kind: "lost" }
  /** A complete list. `begins`: it saw nothing since its last record, for that cause. */
  | {
      readonly kind: "all";
      readonly placed: Placed;
      readonly begins: boolean;
      readonly cause: string;
      readonly values: ReadonlyMap<string, Value>;
    }
  | {
      readonly kind: "changed";
      readonly placed: Placed;
      readonly appeared: readonly Keyed<Value>[];
      readonly vanished: readonly Keyed<Value>[];
    }
  | { readonly kind: "unchanged"; readonly placed: Placed };

/** A value that lasts until further notice. */
export interface HeldValue<Value> extends Held<Value> {
  readonly estimated: boolean;
}

/** What the record holds of a source that watches. */
export interface Watch<Value> {
  /** The stretch it is watching, both ends included; undefined when sight was lost and has not begun again. */
  readonly covered: Period | undefined;
  /** The end of the last stretch before. */
  readonly lastCovered: Instant | undefined;
  readonly held: ReadonlyMap<string, HeldValue<Value>>;
}

/** A value that appeared or vanished: at an instant, or at some time in a gap. */
export interface ValueChange<Value> {
  readonly kind: "appeared" | "vanished";
  readonly value: Value;
  readonly at: Instant;
  /** It happened at some time since then. */
  readonly unseenSince?: Instant | undefined;
}

export interface WatchFold<Value> {
  readonly watch: Watch<Value>;
  /** Intervals that are new in the record, with an end when they ended in the same fold. */
  readonly began: readonly (HeldValue<Value> & { readonly key: string; readonly to?: Instant | undefined })[];
  /** Intervals that the record held open. */
  readonly ended: readonly { readonly key: string; readonly to: Instant }[];
  /** Stretches that are over. */
  readonly coverage: readonly Period[];
  readonly gaps: readonly (Period & { readonly cause: string })[];
  readonly changes: readonly ValueChange<Value>[];
  /** When each thing said counts; undefined when it counts for nothing, since sight was lost before it. */
  readonly counted: readonly (Instant | undefined)[];
}

/**
 * Folds what a source said into what is held of it. Of what is said in order time never runs backwards: what is placed
 * before what is held counts just after it, rather than being ignored.
 */
export function foldWatch<Value>(
  before: Watch<Value>,
  said: readonly Said<Value>[],
  until: Instant | undefined,
): WatchFold<Value> {
  let { covered, lastCovered } = before;
  const held = new Map(before.held);
  const fresh = new Set<string>();
  const began: (HeldValue<Value> & { key: string; to?: Instant })[] = [];
  const ended: { key: string; to: Instant }[] = [];
  const coverage: Period[] = [];
  const gaps: (Period & { cause: string })[] = [];
  const changes: ValueChange<Value>[] = [];
  const counted: (Instant | undefined)[] = [];

  /** Whether it changed what is held; no value: it is gone. */
  const observe = (key: string, value: Value | undefined, { at, estimated }: Placed): boolean => {
    const now = held.get(key);
    if (judge<Value | undefined>(PRESENCE, now, { value, from: at, at }) !== "changed") return false;
    if (now !== undefined) {
      held.delete(key);
      if (fresh.delete(key)) began.push({ ...now, key, to: at });
      else ended.push({ key, to: at });
    }
    if (value !== undefined) {
      held.set(key, { value, since: at, estimated });
      fresh.add(key);
    }
    return true;
  };
  /** Sight ends just after it was last sure: nothing that was there is taken to have gone on. */
  const lose = (): ReadonlyMap<string, HeldValue<Value>> => {
    const last = new Map(held);
    if (covered === undefined) return last;
    for (const key of last.keys()) observe(key, undefined, { at: covered.to + 1, estimated: false });
    coverage.push(covered);
    lastCovered = covered.to;
    covered = undefined;
    return last;
  };

  for (const each of said) {
    if (each.kind === "lost") {
      lose();
      counted.push(undefined);
      continue;
    }
    if (each.kind !== "all" && covered === undefined) {
      counted.push(undefined);
      continue;
    }
    const at = Math.max(each.placed.at, (covered?.to ?? lastCovered ?? -Infinity) + 1);
    const now = { at, estimated: each.placed.estimated };
    switch (each.kind) {
      case "all": {
        const had = each.begins ? lose() : new Map(held);
        const unseenSince = covered === undefined ? lastCovered : undefined;
        if (unseenSince !== undefined) gaps.push({ cause: each.cause, from: unseenSince, to: at });
        for (const [key, { value }] of had) {
          if (each.values.has(key)) continue;
          observe(key, undefined, now);
          changes.push({ kind: "vanished", value, at, unseenSince });
        }
        for (const [key, value] of each.values) {
          if (!had.has(key)) changes.push({ kind: "appeared", value, at, unseenSince });
          observe(key, value, now);
        }
        break;
      }
      case "changed":
        for (const [key, value] of each.vanished) {
          if (observe(key, undefined, now)) changes.push({ kind: "vanished", value, at });
        }
        for (const [key, value] of each.appeared) {
          if (observe(key, value, now)) changes.push({ kind: "appeared", value, at });
        }
        break;
      case "unchanged":
        break;
    }
    covered = { from: covered?.from ?? at, to: at };
    counted.push(at);
  }
  if (covered !== undefined && until !== undefined && until > covered.to) covered = { from: covered.from, to: until };
  for (const key of fresh) {
    const value = held.get(key);
    if (value !== undefined) began.push({ ...value, key });
  }
  return { watch: { covered, lastCovered, held }, began, ended, coverage, gaps, changes, counted };
}

/** The key says all that tells one value from another: it is there, or it is not. */
const PRESENCE: Subject<unknown> = {
  isSame: (a, b) => (a === undefined) === (b === undefined),
  isThere: (value) => value !== undefined,
};
