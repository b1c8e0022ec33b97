import type { Instant } from "../../model/index.ts";

/** What is so of one key until further notice. */
export interface Held<Value> {
  readonly value: Value;
  readonly since: Instant;
}

/** One observation of one key. */
export interface Seen<Value> {
  readonly value: Value;
  /** The earliest and the latest time it can have been made; equal when the time is exact. */
  readonly from: Instant;
  readonly at: Instant;
}

/** What the fold has to know of the values of a subject: states of endpoints, listeners of a machine. */
export interface Subject<Value> {
  isSame(a: Value, b: Value): boolean;
  /** Whether something is there: an open port, a listener. What never was there has no interval. */
  isThere(value: Value): boolean;
}

/**
 * What an observation does to the record. An interval begins with the first time that something is there; from then on
 * each change ends one. An observation that contradicts the record is ignored when
 *
 * - it is not later than the beginning of the interval it would end (time never runs backwards), or
 * - nothing is there by it, its exact time is not known, and that interval began within its time: nobody can say which
 *   of the two came first, and doubt hides nothing that is there.
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
 * when it is ignored after all. `others` are those of the same key that are in the record already and may be later, by
 * their ends.
 *
 * Of these, the ones made at or after the new one are played again on top of it. One that overlaps it and shows
 * something else makes it ambiguous, and it is ignored if nothing is there by it.
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
