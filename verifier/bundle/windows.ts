import type { Look } from "./facts.ts";

/** A time from which to which something counts as known, `[from, to)`. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * When looks count, by what they saw, as `sightOf` names it; undefined: nothing of interest. Looks that follow each other
 * closely enough are one window.
 */
export function windowsOf(
  looks: readonly Look[],
  staleness: number,
  sightOf: (states: string) => string | undefined,
): Map<string, Window[]> {
  const bySight = new Map<string, number[]>();
  for (const { trusted, states, to } of looks) {
    const sight = trusted ? sightOf(states) : undefined;
    if (sight === undefined) continue;
    const times = bySight.get(sight);
    if (times === undefined) bySight.set(sight, [to]);
    else times.push(to);
  }
  const windows = new Map<string, Window[]>();
  for (const [sight, times] of bySight)
    windows.set(
      sight,
      joinedWindows(
        times.sort((a, b) => a - b),
        staleness,
      ),
    );
  return windows;
}

/** A look counts up to and including the end of its staleness. */
function joinedWindows(times: readonly number[], staleness: number): Window[] {
  const windows: { from: number; to: number }[] = [];
  for (const time of times) {
    const last = windows.at(-1);
    const to = time + staleness + 1;
    if (last !== undefined && time <= last.to) last.to = to;
    else windows.push({ from: time, to });
  }
  return windows;
}

/** The parts of the period in which the sights that count leave something out. Sets of them recur: each is computed once. */
export function gapsIn(
  period: Window,
  windows: ReadonlyMap<string, readonly Window[]>,
  isMissing: (sights: readonly string[]) => boolean,
): Window[] {
  const turns: { at: number; sight: string; step: 1 | -1 }[] = [];
  for (const [sight, list] of windows) {
    for (const { from, to } of list) {
      if (to <= period.from || from >= period.to) continue;
      turns.push({ at: Math.max(from, period.from), sight, step: 1 }, { at: Math.min(to, period.to), sight, step: -1 });
    }
  }
  turns.sort((a, b) => a.at - b.at);
  const answers = new Map<string, boolean>();
  const active = new Set<string>();
  const gaps: { from: number; to: number }[] = [];
  const close = (from: number, to: number): void => {
    if (from >= to) return;
    const sights = [...active].sort();
    const key = sights.join(" ");
    let missing = answers.get(key);
    if (missing === undefined) answers.set(key, (missing = isMissing(sights)));
    if (!missing) return;
    const last = gaps.at(-1);
    if (last?.to === from) last.to = to;
    else gaps.push({ from, to });
  };
  let at = period.from;
  for (const { at: next, sight, step } of turns) {
    close(at, next);
    at = next;
    if (step === 1) active.add(sight);
    else active.delete(sight);
  }
  close(at, period.to);
  return gaps;
}
