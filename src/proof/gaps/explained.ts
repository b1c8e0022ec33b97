import type { Period } from "../../model/index.ts";
import { subjectKey, type ViewSubject } from "../../record/history/index.ts";
import { anyOf, lengthOf, within } from "../continuity/index.ts";

/** A stretch of a gap that an explanation names, exactly. */
export interface ExplainedStretch extends Period {
  readonly subject: ViewSubject;
}

/** An explanation as far as it decides which time is explained. */
export interface Explains {
  readonly gaps: readonly ExplainedStretch[];
  readonly signedOff?: unknown;
}

/** What people said about some gaps of one subject. Lists are in order and disjoint. */
export interface Standing<Explanation> {
  /** Those that name any of the time, in the order given. */
  readonly explanations: readonly Explanation[];
  /** Time that no explanation names. */
  readonly unexplained: readonly Period[];
  /** Time that an explanation names, and no signed-off one. */
  readonly unsigned: readonly Period[];
}

/** An explanation counts for the time that it names and for no other: a gap that grew is unexplained where it grew. */
export function standingOf<Explanation extends Explains>(
  subject: ViewSubject,
  gaps: readonly Period[],
  explanations: readonly Explanation[],
): Standing<Explanation> {
  const key = subjectKey(subject);
  const named = (explanation: Explanation): Period[] =>
    explanation.gaps.flatMap((each) =>
      subjectKey(each.subject) === key ? gaps.flatMap((gap) => within(gap, [each])) : [],
    );
  const concerned = explanations.map((explanation) => ({ explanation, time: named(explanation) }));
  const explained = anyOf(concerned.map(({ time }) => time));
  const signed = anyOf(
    concerned.flatMap(({ explanation, time }) => (explanation.signedOff === undefined ? [] : [time])),
  );
  return {
    explanations: concerned.filter(({ time }) => lengthOf(time) > 0).map(({ explanation }) => explanation),
    unexplained: withoutPeriods(gaps, explained),
    unsigned: withoutPeriods(explained, signed),
  };
}

/** The time of the first list that is in none of the second, which is in order and disjoint. */
export function withoutPeriods(periods: readonly Period[], taken: readonly Period[]): Period[] {
  return periods.flatMap((period) => {
    const rest: Period[] = [];
    let { from } = period;
    for (const each of within(period, taken)) {
      if (each.from > from) rest.push({ from, to: each.from });
      from = each.to;
    }
    return from < period.to ? [...rest, { from, to: period.to }] : rest;
  });
}
