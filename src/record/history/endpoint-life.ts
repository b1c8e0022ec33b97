import type { Instant, Period, StateAt } from "../../model/index.ts";

/** From `at` on, an endpoint was seen in a state, until the next sighting of another one. */
export interface Sighting {
  readonly at: Instant;
  readonly state: StateAt;
  /** The sweep that saw it first in this state; absent: a look that saw nothing else change. */
  readonly sweepId?: number | undefined;
}

/** A stretch of an endpoint's life: in one state, or unknown because nobody looked in time. */
export interface Stretch extends Period {
  readonly state: StateAt;
  readonly sweepId?: number | undefined;
}

/**
 * The states of one endpoint during a period, without overlaps and without holes.
 *
 * @param sightings in order of time; the latest before the period, if any, says how it begins
 * @param gaps when it was not known, in order and disjoint, inside the period
 */
export function lifeOf(period: Period, sightings: readonly Sighting[], gaps: readonly Period[]): Stretch[] {
  const life: Stretch[] = [];
  const add = (stretch: Stretch): void => {
    const before = life.at(-1);
    if (stretch.from >= stretch.to) return;
    if (before?.state === stretch.state && before.sweepId === stretch.sweepId && before.to === stretch.from) {
      life[life.length - 1] = { ...before, to: stretch.to };
    } else life.push(stretch);
  };
  for (const seen of stretchesOf(period, sightings)) {
    let from = seen.from;
    for (const gap of gaps) {
      const [begins, ends] = [Math.max(gap.from, seen.from), Math.min(gap.to, seen.to)];
      if (begins >= ends) continue;
      add({ ...seen, from, to: begins });
      add({ state: "unknown", from: begins, to: ends });
      from = ends;
    }
    add({ ...seen, from });
  }
  return life;
}

/** How long the endpoint was in a state, in milliseconds. */
export function timeIn(state: StateAt, life: readonly Stretch[]): number {
  return life.reduce((sum, stretch) => sum + (stretch.state === state ? stretch.to - stretch.from : 0), 0);
}

function stretchesOf(period: Period, sightings: readonly Sighting[]): Stretch[] {
  const first = sightings.findLast(({ at }) => at <= period.from);
  const during = sightings.filter(({ at }) => at > period.from && at < period.to);
  const begins: Sighting = { ...(first ?? { state: "unknown" }), at: period.from };
  return [begins, ...during].map(({ at, state, sweepId }, index) => ({
    from: at,
    to: during[index]?.at ?? period.to,
    state,
    ...(sweepId === undefined ? {} : { sweepId }),
  }));
}
