import type { ContinuityResult } from "../../contract/index.ts";
import { counted } from "../../model/index.ts";
import { MOST_ROWS, type Page } from "../screen/page.ts";
import { toned, type Tone } from "../screen/style.ts";
import { roughly, utcAndLocal } from "../screen/time.ts";
import { showBoundSince } from "./bound-since.ts";
import { showExplanations } from "./gaps.ts";

type Day = ContinuityResult["targets"][number]["days"][number];

/** Days that follow one another with the same disposition, reasons and explanations, as one line. */
interface Run {
  readonly first: Day;
  last: Day;
  days: number;
  sweeps: number;
  unknown: number;
  unexplained: number;
  unsigned: number;
}

export function showContinuity(page: Page, result: ContinuityResult): void {
  page.say`From ${utcAndLocal(result.from, page.style)} to ${utcAndLocal(result.to, page.style)}, seen from ${result.vantage}; days of ${result.timeZone}`;
  showBoundSince(page, result);
  if (result.targetDays === 0) {
    page.say`${toned("warn", "No target was in scope in this period, so nobody looked anywhere.")}`;
    return;
  }
  const totals = Object.entries(result.totals).filter(([, days]) => days > 0);
  page.say`${toned("strong", counted(result.targetDays, "target-day"))}: ${totals.map(([each, days]) => `${days} ${each}`).join(", ")}`;
  let room = MOST_ROWS;
  let left = 0;
  for (const { target, days } of result.targets) {
    const runs = runsOf(days);
    if (room <= 0) {
      left += 1;
      continue;
    }
    page.blank();
    page.say`${toned("strong", target)}`;
    const shown = runs.slice(-Math.max(1, room));
    if (shown.length < runs.length)
      page.say`  ${counted(runs.length - shown.length, "earlier stretch", "earlier stretches")} not listed (--json shows all)`;
    for (const run of shown) showRun(page, run);
    room -= shown.length + 1;
  }
  if (left > 0) {
    page.blank();
    page.say`and ${counted(left, "more target")} (--json shows all)`;
  }
  showExplanations(page, result.explanations ?? []);
}

function showRun(page: Page, run: Run): void {
  const { first, last, days, sweeps, unknown } = run;
  const dates = days === 1 ? first.date : `${first.date} to ${last.date} (${days} days)`;
  const missing = unknown === 0 ? "" : `, not wholly known for ${roughly(unknown * 1_000)}`;
  const why = first.reasons === undefined ? "" : `: ${first.reasons.join("; ")}`;
  page.say`  ${dates} ${toned(TONES[first.disposition], first.disposition)}, ${counted(sweeps, "full sweep")}${missing}${why}${explained(run)}`;
}

/** What people stated about the gaps of these days. */
function explained({ first: { explanations = [] }, unknown, unexplained, unsigned }: Run): string {
  if (unknown === 0) return "";
  if (explanations.length === 0) return unexplained === 0 ? "" : "; not explained";
  const parts = [
    ...(unexplained === 0 ? [] : [`${roughly(unexplained * 1_000)} not explained`]),
    ...(unsigned === 0 ? [] : [`${roughly(unsigned * 1_000)} not signed off`]),
  ];
  return `; explained (${explanations.join(", ")})${parts.length === 0 ? " and signed off" : `, but ${parts.join(", ")}`}`;
}

const TONES: Readonly<Record<Day["disposition"], Tone>> = {
  scanned: "good",
  partial: "warn",
  untrusted: "bad",
  unreachable: "warn",
  excluded: "plain",
  gap: "bad",
};

function runsOf(days: readonly Day[]): Run[] {
  const runs: Run[] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run !== undefined && alike(run.last, day)) {
      run.last = day;
      run.days += 1;
      run.sweeps += day.sweeps;
      run.unknown += day.unknownSeconds;
      run.unexplained += day.unexplainedSeconds ?? 0;
      run.unsigned += day.unsignedSeconds ?? 0;
    } else {
      runs.push({
        ...{ first: day, last: day, days: 1, sweeps: day.sweeps, unknown: day.unknownSeconds },
        unexplained: day.unexplainedSeconds ?? 0,
        unsigned: day.unsignedSeconds ?? 0,
      });
    }
  }
  return runs;
}

function alike(a: Day, b: Day): boolean {
  return (
    a.disposition === b.disposition &&
    a.to === b.from &&
    a.reasons?.join() === b.reasons?.join() &&
    a.explanations?.join() === b.explanations?.join()
  );
}
