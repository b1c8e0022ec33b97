import type { Deviation, Duration, Finding, Instant } from "../../../model/index.ts";
import type { Tx } from "../../../platform/storage/index.ts";
import type { Change } from "../../../record/change/index.ts";
import type { Contradiction } from "../../../record/evidence/index.ts";
import { findingEntries, type Applied } from "../entries.ts";
import { transitions, type Gone, type Transition } from "../life.ts";
import { asSigned } from "./as-signed.ts";
import { applyTransitions, listFindings } from "./finding-store.ts";

export interface Sighted {
  readonly vantage: string;
  /** The sweep that saw it; absent for a decision, a missed window or a silent sensor. */
  readonly sweepId?: number | undefined;
  /** The findings to compare with; absent: all that a sweep from the vantage point is compared with. */
  readonly standing?: readonly Finding[] | undefined;
  /** Confirmed deviations. */
  readonly seen?: readonly Deviation[] | undefined;
  readonly gone?: readonly Gone[] | undefined;
  /** When it was seen or decided; absent: when the change is recorded. */
  readonly at?: Instant | undefined;
  /** The transitions to apply; absent: all of them. */
  readonly only?: readonly Transition["kind"][] | undefined;
  /** A sighting that is so much later than the last one is recorded, even if it says nothing new; absent: none. */
  readonly noteEvery?: Duration | undefined;
}

/**
 * Applies sightings and resolutions to the findings: writes rows, entries and notices in the given change. Everything
 * that opens, regresses or resolves a finding comes through here. A finding that contradicts its last entry stays as it
 * is.
 */
export async function applyFindings(change: Change, sighted: Sighted): Promise<Applied> {
  const { vantage, sweepId, seen = [], gone = [], at = change.at, only, noteEvery } = sighted;
  const standing = sighted.standing ?? (await listFindings(change.tx, { comparedFrom: vantage }));
  const found = transitions(standing, seen, gone, at, vantage, noteEvery);
  const wanted = only === undefined ? found : found.filter(({ kind }) => only.includes(kind));
  const stated = statedIn(change);
  const contradicted: Contradiction[] = [];
  const check = async (tx: Tx, stored: readonly Transition[]): Promise<Transition[]> => {
    const { kept, contradictions } = await asSigned(tx, stored, stated);
    contradicted.push(...contradictions);
    return kept;
  };
  const applied = await applyTransitions(change.tx, wanted, { sweepId, vantage, noteEvery, check });
  for (const entry of findingEntries(applied, change.at)) {
    change.append(entry);
    stated.add(entry.data.finding);
    if (entry.type === "finding-changed") continue;
    change.notify(entry, { kind: entry.type, subject: { finding: entry.data.finding } });
  }
  return contradicted.length === 0 ? applied : { ...applied, contradicted };
}

const STATED = new WeakMap<Change, Set<number>>();

/** The findings that entries of this change state: the log has them when the change is over. */
function statedIn(change: Change): Set<number> {
  const known = STATED.get(change) ?? new Set();
  STATED.set(change, known);
  return known;
}
