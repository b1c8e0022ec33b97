import type { ContinuityResult, Operations } from "../contract/index.ts";
import { Fault, formatInstant, type Period } from "../model/index.ts";
import { daysIn, DISPOSITIONS, dispositionOf, lengthOf, within, type Day } from "../proof/continuity/index.ts";
import { monitoringGaps, type MonitoringGap } from "../record/history/index.ts";
import { fullSweepsIn, type EndedSweep } from "../watching/sweeps/index.ts";
import { boundPart } from "./bound-since.ts";
import type { OperationDeps } from "./operation-deps.ts";
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
  const facts = {
    days: daysIn(period, timeZone),
    sweeps: await fullSweepsIn(db, vantage, { from: from - staleness, to }),
    causes: await monitoringGaps(db, period),
  };
  const targets = [...(await targetsDuring(db, vantage, parts))].map(([target, time]) => ({
    target,
    days: facts.days.flatMap((day) => dayOf(day, target, time, facts) ?? []),
  }));
  const all = targets.flatMap(({ days }) => days);
  return {
    schema: "portolan.continuity/1",
    from: formatInstant(from),
    to: formatInstant(to),
    timeZone,
    vantage,
    ...(await boundPart(db, from)),
    targets,
    targetDays: all.length,
    totals: Object.fromEntries(
      DISPOSITIONS.map((each) => [each, all.filter(({ disposition }) => disposition === each).length]),
    ) as ContinuityResult["totals"],
  };
}

/** Undefined: the target was not in scope on that day. */
function dayOf(
  day: Day,
  target: string,
  time: TargetTime,
  facts: { readonly sweeps: readonly EndedSweep[]; readonly causes: readonly MonitoringGap[] },
): TargetDays["days"][number] | undefined {
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
  const reasons = disposition === "excluded" ? time.exclusions : causesOf(gaps, facts.causes);
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
