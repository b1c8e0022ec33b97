import type { ContinuityResult, Operations } from "../contract/index.ts";
import { Fault, formatInstant, type Instant, type Period } from "../model/index.ts";
import { anyOf, daysIn, DISPOSITIONS, dispositionOf, lengthOf, within, type Day } from "../proof/continuity/index.ts";
import { explanationsIn, standingOf, type StoredExplanation } from "../proof/gaps/index.ts";
import { monitoringGaps, type MonitoringGap } from "../record/history/index.ts";
import { firstScopeAt } from "../scope/index.ts";
import { fullSweepsIn, type EndedSweep } from "../watching/sweeps/index.ts";
import { boundPart } from "./bound-since.ts";
import { referredTo, sinceScope } from "./gap-views.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { prunedPart, prunedText } from "./pruned-part.ts";
import { longestStaleness, refuseFuture } from "./scope-then.ts";
import { targetsDuring, type TargetTime } from "./target-time.ts";
import { viewsDuring } from "./views-during.ts";

const LONGEST_DAYS = 750;
const DAY = 86_400_000;

type TargetDays = ContinuityResult["targets"][number];

/** One disposition for each target and day. */
export function createContinuity(deps: Pick<OperationDeps, "store" | "clock">): Operations["continuity"] {
  return { show: (query) => continuity(deps, query) };
}

async function continuity(
  { store: { db }, clock }: Pick<OperationDeps, "store" | "clock">,
  { from, to, timeZone, vantage: named }: Parameters<Operations["continuity"]["show"]>[0],
): Promise<ContinuityResult> {
  const period = { from, to };
  refuseFuture([from, to], clock.now());
  refuseLength(period);
  const { vantage, parts } = await viewsDuring(db, period, named);
  const staleness = Math.max(0, ...parts.map(({ resolved }) => (resolved ? longestStaleness(resolved.scope) : 0)));
  const explanations = await explanationsIn(db, { vantage, from, to });
  const firstScope = (await firstScopeAt(db)) ?? to;
  const { pruned } = await prunedPart(db, from);
  const facts = {
    pruned,
    days: daysIn(period, timeZone),
    sweeps: await fullSweepsIn(db, vantage, { from: from - staleness, to }),
    causes: await monitoringGaps(db, period),
  };
  const targets = [...(await targetsDuring(db, vantage, parts))].map(([target, time]) => ({
    target,
    days: daysOf(target, time, facts, { explanations, firstScope }),
  }));
  const all = targets.flatMap(({ days }) => days);
  return {
    schema: "portolan.continuity/1",
    from: formatInstant(from),
    to: formatInstant(to),
    timeZone,
    vantage,
    ...(await boundPart(db, from)),
    ...(pruned === undefined ? {} : { pruned }),
    targets,
    targetDays: all.length,
    totals: Object.fromEntries(
      DISPOSITIONS.map((each) => [each, all.filter(({ disposition }) => disposition === each).length]),
    ) as ContinuityResult["totals"],
    ...referredTo(
      explanations,
      all.flatMap((day) => day.explanations ?? []),
    ),
  };
}

type Facts = {
  readonly pruned: ContinuityResult["pruned"];
  readonly days: readonly Day[];
  readonly sweeps: readonly EndedSweep[];
  readonly causes: readonly MonitoringGap[];
};

/** The days on which the target was in scope, with what people stated about its gaps. */
function daysOf(
  target: string,
  time: TargetTime,
  facts: Facts,
  { explanations, firstScope }: { readonly explanations: readonly StoredExplanation[]; readonly firstScope: Instant },
): TargetDays["days"] {
  const standings = time.bySubject.map(({ subject, gaps }) =>
    standingOf(subject, sinceScope(gaps, firstScope), explanations),
  );
  const unexplained = anyOf(standings.map((each) => each.unexplained));
  const unsigned = anyOf(standings.map((each) => each.unsigned));
  const concerned = new Set(standings.flatMap((each) => each.explanations));
  return facts.days.flatMap((day) => {
    const shown = dayOf(day, target, time, facts);
    if (shown === undefined) return [];
    const without = lengthOf(within(day, unexplained)) / 1_000;
    const waiting = lengthOf(within(day, unsigned)) / 1_000;
    const numbers = [...concerned].filter(({ gaps }) => within(day, gaps).length > 0).map(({ id }) => id);
    return {
      ...shown,
      ...(without === 0 ? {} : { unexplainedSeconds: without }),
      ...(waiting === 0 ? {} : { unsignedSeconds: waiting }),
      ...(numbers.length === 0 ? {} : { explanations: numbers }),
    };
  });
}

/** Undefined: the target was not in scope on that day. */
function dayOf(day: Day, target: string, time: TargetTime, facts: Facts): TargetDays["days"][number] | undefined {
  const inScope = within(day, time.inScope);
  const [first, last] = [inScope.at(0), inScope.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const gaps = within(day, time.gaps);
  const until = facts.sweeps.filter((sweep) => sweep.target === target && sweep.endedAt < day.to);
  const sweeps = until.filter(({ endedAt }) => endedAt >= day.from);
  const disposition = dispositionOf({
    wanted: lengthOf(within(day, time.wanted)),
    unknown: lengthOf(gaps),
    dark: lengthOf(within(day, time.dark)),
    sweeps,
    answered: until.findLast(({ verdict }) => verdict !== "untrusted")?.answered ?? true,
  });
  const reasons = disposition === "excluded" ? [...time.exclusions] : causesOf(gaps, facts.causes);
  // Whether it was scanned then is no longer known.
  if (facts.pruned !== undefined && gaps.some((gap) => gap.from < Date.parse(facts.pruned?.until ?? "")))
    reasons.push(prunedText(facts.pruned));
  return {
    date: day.date,
    from: formatInstant(first.from),
    to: formatInstant(last.to),
    disposition,
    sweeps: sweeps.length,
    unknownSeconds: lengthOf(gaps) / 1_000,
    ...(reasons.length === 0 ? {} : { reasons: [...reasons] }),
  };
}

function causesOf(gaps: readonly Period[], causes: readonly MonitoringGap[]): string[] {
  const found = causes.filter(({ during }) => gaps.some((gap) => within(gap, [during]).length > 0));
  return [...new Set(found.map(({ detail }) => detail))];
}

function refuseLength({ from, to }: Period): void {
  if (to <= from) {
    throw new Fault("config-invalid", "The period ends before it begins.", {
      next: "Give a --from that is earlier than --to.",
    });
  }
  if (to - from <= LONGEST_DAYS * DAY) return;
  throw new Fault("config-invalid", `The period has more than ${LONGEST_DAYS} days.`, {
    next: "Ask for one year after the other.",
  });
}
