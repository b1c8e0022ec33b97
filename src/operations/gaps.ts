import type { GapResult, GapsResult, Operations } from "../contract/index.ts";
import { Fault, formatInstant, type Clock, type Period } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import { explanationsIn, gapName, standingOf } from "../proof/gaps/index.ts";
import { monitoringGaps, subjectKey, type MonitoringGap } from "../record/history/index.ts";
import { firstScopeAt } from "../scope/index.ts";
import { boundPart } from "./bound-since.ts";
import { compensating } from "./compensating.ts";
import { beganBefore, gapAt } from "./gap-at.ts";
import { explainGap, signOffGap } from "./gap-decisions.ts";
import { explanationView, periodView, referredTo, sinceScope, standingView } from "./gap-views.ts";
import { gapsDuring } from "./gaps-during.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { prunedPart, prunedText } from "./pruned-part.ts";
import { noSuchAsset, refuseFuture } from "./scope-then.ts";
import { labelled, named } from "./views.ts";

/** One gap, and what people stated about it. */
export function createGaps(deps: Pick<OperationDeps, "store" | "clock" | "key" | "user">): Operations["gaps"] {
  const { store, clock } = deps;
  return {
    show: (query) => showGap(store.db, clock, query.gap),
    explain: (request, by) => explainGap(deps, request, by),
    signOff: (request, by) => signOffGap(deps, request, by),
  };
}

/** The times in which nobody looked, for everything that was in scope at some time of the period, each over its own time. */
export async function gapsOf(
  db: Db,
  clock: Clock,
  query: Parameters<Operations["history"]["gaps"]>[0],
): Promise<GapsResult> {
  const { from, to } = query;
  refuseFuture([from, to], clock.now());
  if (to <= from) {
    throw new Fault("config-invalid", "The period ends before it begins.", {
      next: "Give a --from that is earlier than --to.",
    });
  }
  const { vantage, subjects } = await gapsDuring(db, query);
  const asked = query.asset === undefined ? subjects : named(subjects, query.asset);
  if (query.asset !== undefined && asked.length === 0) throw noSuchAsset(query.asset, subjects);
  const firstScope = (await firstScopeAt(db)) ?? to;
  const causes = await monitoringGaps(db, { from, to });
  const { pruned } = await prunedPart(db, from);
  const explanations = await explanationsIn(db, { vantage, from, to });
  const open = asked.filter(({ gaps }) => gaps[0]?.from === from).map(({ subject }) => subject);
  const began = await beganBefore(db, { vantage, from }, open);
  const assets = asked.map(({ subject, time, missed, gaps }) => ({
    ...labelled(subject),
    covered: Math.min(1, Math.max(0, 1 - missed / time)),
    gaps: gaps.map((gap) => {
      const since = gap.from === from ? (began.get(subjectKey(subject)) ?? from) : gap.from;
      const cause = causeOf(gap, causes, firstScope, pruned);
      return {
        ...periodView(gap),
        ...(gap.to > firstScope ? { gap: gapName({ vantage, subject, from: Math.max(since, firstScope) }) } : {}),
        ...(cause === undefined ? {} : { cause }),
        ...standingView(subject, [gap], { explanations, firstScope }),
      };
    }),
  }));
  const numbers = assets.flatMap((asset) => asset.gaps.flatMap((gap) => gap.explanations ?? []));
  return {
    ...{ schema: "portolan.gaps/1", ...periodView({ from, to }), vantage },
    ...(await boundPart(db, from)),
    ...(pruned === undefined ? {} : { pruned }),
    assets,
    ...referredTo(explanations, numbers),
  };
}

async function showGap(db: Db, clock: Clock, name: string): Promise<GapResult> {
  const gap = await gapAt(db, name, clock.now());
  const { vantage, subject, from, to } = gap;
  const firstScope = (await firstScopeAt(db)) ?? to;
  const explanations = await explanationsIn(db, gap);
  const standing = standingOf(subject, sinceScope([gap], firstScope), explanations);
  const { pruned } = await prunedPart(db, from);
  const cause = causeOf(gap, await monitoringGaps(db, gap), firstScope, pruned);
  return {
    ...{ schema: "portolan.gap/1", gap: name, vantage, ...labelled(subject), ...periodView(gap) },
    goesOn: gap.goesOn,
    seconds: (to - from) / 1_000,
    ...(cause === undefined ? {} : { cause }),
    evidence: await compensating(db, gap),
    explanations: standing.explanations.map(explanationView),
    unexplained: standing.unexplained.map(periodView),
    unsigned: standing.unsigned.map(periodView),
  };
}

/** What the record has as the cause: nothing was in scope yet, nothing could be observed, or it was pruned. */
function causeOf(
  gap: Period,
  causes: readonly MonitoringGap[],
  firstScope: number,
  pruned: GapsResult["pruned"],
): string | undefined {
  const recorded = causes.filter(({ during }) => during.from < gap.to && gap.from < during.to);
  const first = gap.from < firstScope ? [`no scope was recorded before ${formatInstant(firstScope)}`] : [];
  const gone = pruned !== undefined && gap.from < Date.parse(pruned.until) ? [prunedText(pruned)] : [];
  const all = [...new Set([...first, ...recorded.map(({ detail }) => detail), ...gone])];
  return all.length === 0 ? undefined : all.join("; ");
}
