import type { Instant } from "../../model/index.ts";

/** The value of one key, in force until further notice. */
export interface Held<Value> {
  readonly value: Value;
  readonly since: Instant;
}

/** One observation of one key. */
export interface Seen<Value> {
  readonly value: Value;
  /** The earliest and the latest possible time of the observation; equal when the time is exact. */
  readonly from: Instant;
  readonly at: Instant;
}

/** The rules for the values of a subject: states of endpoints, listeners of a machine. */
export interface Subject<Value> {
  isSame(a: Value, b: Value): boolean;
  /** Whether the value means presence: an open port, a listener. A key that was never present has no interval. */
  isThere(value: Value): boolean;
}

/**
 * The effect of an observation on the record. The first interval begins when the key is first present; from then on
 * each change ends one interval. An observation that contradicts the record is ignored when
 *
 * - it is not later than the beginning of the interval that it would end (time never runs backwards), or
 * - it shows absence, its exact time is not known, and that interval began within its possible time: which of the two
 *   came first cannot be decided, and doubt never hides something present.
 */
export function judge<Value>(
  subject: Subject<Value>,
  held: Held<Value> | undefined,
  seen: Seen<Value>,
): "unchanged" | "ignored" | "changed" {
  if (held === undefined) return subject.isThere(seen.value) ? "changed" : "unchanged";
  if (subject.isSame(held.value, seen.value)) return "unchanged";
  const isDoubtful = seen.from < held.since && !subject.isThere(seen.value);
  return seen.at <= held.since || isDoubtful ? "ignored" : "changed";
}

/**
 * The observations, in order of time, that each begin an interval because of a new one that changes the record; none
 * when it is ignored after all. `others` are the observations of the same key that are already in the record and may be
 * later, sorted by their ends.
 *
 * Those made at or after the new one are replayed on top of it. One that overlaps it and shows another value makes it
 * ambiguous; it is then ignored if it shows absence.
 */
export function settle<Value, S extends Seen<Value>>(subject: Subject<Value>, seen: S, others: readonly S[]): S[] {
  const later: S[] = [];
  for (const other of others) {
    if (other.from >= seen.at) later.push(other);
    else if (other.at > seen.from && !subject.isThere(seen.value) && !subject.isSame(other.value, seen.value))
      return [];
  }
  const settled = [seen];
  let last = seen;
  for (const other of later) {
    if (subject.isSame(other.value, last.value) || other.at <= last.at) continue;
    settled.push((last = other));
  }
  return settled;
}
