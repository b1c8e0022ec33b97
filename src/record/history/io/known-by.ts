import { type RawBuilder, sql } from "kysely";
import type { Instant } from "../../../model/index.ts";
import { timestamp } from "./columns.ts";

/**
 * Whether the record had a sweep by an instant: a scan that is imported later, or a sweep that was still running, is
 * left out of what was known then. Undefined: what is known now, so all of them count. A look has no sweep (0), and is
 * recorded as it ends. A sweep that retention pruned had been recorded long before.
 */
export function isKnownBy(knownBy: Instant | undefined, sweepId: RawBuilder<unknown>): RawBuilder<boolean> {
  if (knownBy === undefined) return sql<boolean>`true`;
  return sql<boolean>`NOT EXISTS (
    SELECT FROM sweep WHERE sweep.id = ${sweepId}
      AND (sweep.recorded_at IS NULL OR sweep.recorded_at > ${timestamp(knownBy)}))`;
}

/**
 * Whether an interval contains an instant; `of` names its row. For what was known by then, an end that a sweep brought
 * which was recorded later is not one yet.
 */
export function contains(at: Instant, knownBy: Instant | undefined, of?: string): RawBuilder<boolean> {
  const [during, first, last] = ["during", "first_sweep", "last_sweep"].map((name) =>
    sql.ref(of === undefined ? name : `${of}.${name}`),
  ) as [RawBuilder<unknown>, RawBuilder<unknown>, RawBuilder<unknown>];
  if (knownBy === undefined) return sql<boolean>`${during} @> ${timestamp(at)}`;
  return sql<boolean>`(lower(${during}) <= ${timestamp(at)} AND ${isKnownBy(knownBy, first)}
    AND (upper_inf(${during}) OR upper(${during}) > ${timestamp(at)} OR NOT ${isKnownBy(knownBy, last)}))`;
}
