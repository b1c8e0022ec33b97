import { lossOf } from "./loss.ts";
import type { HostRecord } from "./path-records.ts";

/** A host that answers, but whose silent endpoints cannot be called filtered. */
export interface DoubtfulHost {
  readonly address: string;
  /** Its endpoints left without an answer. */
  readonly silent: number;
  /**
   * `limits-refusals`: it refuses later what it left unanswered at first, more than the loss on the way explains;
   * `loss`: so much is lost on the way that closed endpoints may be among the silent ones.
   */
  readonly why: "limits-refusals" | "loss";
}

/** This many silent endpoints can be due to chance before the rest is doubted with them. */
const BY_CHANCE_MOST = 0.01;

/** Standard deviations: many hosts are tested, many times. */
const BEYOND_CHANCE = 5;

/** Whether later tries were refused more often than the loss of the path explains. */
export function limitsRefusals(host: HostRecord, pathLoss: number): boolean {
  const { refusedFirst, refusedLater } = host;
  const expected = (refusedFirst * pathLoss) / (1 - pathLoss);
  return refusedLater > 2 + expected + BEYOND_CHANCE * Math.sqrt(expected);
}

/** So few refusals of later tries are expected that a single one is not due to chance. */
const NONE_EXPECTED = 0.1;

/**
 * `networkLimits`: whether refusals are known to be limited in its network.
 *
 * Undefined: its silence can be relied on, or there is none, or it never answered and nothing is claimed of it.
 */
export function doubtOf(host: HostRecord, pathLoss: number, networkLimits: boolean): DoubtfulHost | undefined {
  const { address, answered, givenUp: silent, refusedFirst, refusedLater, fewestTries } = host;
  if (silent === 0 || answered === 0) return undefined;
  const expected = (refusedFirst * pathLoss) / (1 - pathLoss);
  const atAll = refusedLater > 0 && expected < NONE_EXPECTED;
  if (atAll || limitsRefusals(host, pathLoss) || (networkLimits && refusedFirst + refusedLater > 0)) {
    return { address, silent, why: "limits-refusals" };
  }
  // A limit lets the same number through on each try; loss leaves less and less to answer.
  if (refusedLater > 0 && refusedLater >= refusedFirst / 2) return { address, silent, why: "loss" };
  const chance = Math.max(pathLoss, lossOf(host.counts, pathLoss)) ** fewestTries;
  const byChance = (answered * chance) / (1 - chance);
  return byChance > BY_CHANCE_MOST * silent ? { address, silent, why: "loss" } : undefined;
}
