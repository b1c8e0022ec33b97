import type { Instant, Period } from "../../model/index.ts";
import { judge, type Held, type Subject } from "./fold.ts";

/** The time that a source reported; `estimated`: it rests on the source's own clock alone. */
export interface Placed {
  readonly at: Instant;
  readonly estimated: boolean;
}

/** A value and the key that identifies it within its source. */
export type Keyed<Value> = readonly [key: string, value: Value];

/** The reports of a watching source, in order. */
export type Said<Value> =
  /** It missed what followed: a report is missing, or it ended. */
  | { readonly kind: "lost" }
  /** The complete list of values. `begins`: it observed nothing since its last report, for that cause. */
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

/** The recorded state of a watching source. */
export interface Watch<Value> {
  /** The stretch it is watching, both ends included; undefined if sight was lost and has not resumed. */
  readonly covered: Period | undefined;
  /** The end of the previous stretch. */
  readonly lastCovered: Instant | undefined;
  readonly held: ReadonlyMap<string, HeldValue<Value>>;
}

/** A value that appeared or disappeared: at an instant, or at some time in an unobserved stretch. */
export interface ValueChange<Value> {
  readonly kind: "appeared" | "vanished";
  readonly value: Value;
  readonly at: Instant;
  /** It happened some time after this instant. */
  readonly unseenSince?: Instant | undefined;
}

export interface WatchFold<Value> {
  readonly watch: Watch<Value>;
  /** Intervals that are new in the record, with an end when they ended in the same fold. */
  readonly began: readonly (HeldValue<Value> & { readonly key: string; readonly to?: Instant | undefined })[];
  /** Intervals that the record held open. */
  readonly ended: readonly { readonly key: string; readonly since: Instant; readonly to: Instant }[];
  /** Stretches that ended. */
  readonly coverage: readonly Period[];
  readonly gaps: readonly (Period & { readonly cause: string })[];
  readonly changes: readonly ValueChange<Value>[];
  /** The instant at which each report counts; undefined if it is ignored, because sight was lost before it. */
  readonly counted: readonly (Instant | undefined)[];
}

/**
 * Folds the reports of a source into its recorded state. Reports come in order, so time never runs backwards: a report
 * placed before the recorded state counts just after it, instead of being ignored.
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
  const ended: { key: string; since: Instant; to: Instant }[] = [];
  const coverage: Period[] = [];
  const gaps: (Period & { cause: string })[] = [];
  const changes: ValueChange<Value>[] = [];
  const counted: (Instant | undefined)[] = [];

  /** Returns whether the held values changed; no value: the key disappeared. */
  const observe = (key: string, value: Value | undefined, { at, estimated }: Placed): boolean => {
    const now = held.get(key);
    if (judge<Value | undefined>(PRESENCE, now, { value, from: at, at }) !== "changed") return false;
    if (now !== undefined) {
      held.delete(key);
      if (fresh.delete(key)) began.push({ ...now, key, to: at });
      else ended.push({ key, since: now.since, to: at });
    }
    if (value !== undefined) {
      held.set(key, { value, since: at, estimated });
      fresh.add(key);
    }
    return true;
  };
  /** Sight ends just after it was last certain: no value is assumed to have lasted longer. */
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

/** The key identifies a value completely: it is present or absent. */
const PRESENCE: Subject<unknown> = {
  isSame: (a, b) => (a === undefined) === (b === undefined),
  isThere: (value) => value !== undefined,
};
