import type { Period } from "../model/index.ts";
import type { Db } from "../platform/storage/index.ts";
import type { AssetView } from "../record/history/index.ts";
import { scopesDuring, type ResolvedScope } from "../scope/index.ts";
import { readThen } from "./scope-then.ts";

/** A part of a period in which one version of the scope was in force, and its views. */
export interface ViewsDuring extends Period {
  readonly views: readonly AssetView[];
  /** Absent: nothing was declared for the vantage point. */
  readonly resolved: ResolvedScope | undefined;
}

/** The versions of the scope that were in force during a period. Time before the first one counts as the first one's. */
export async function viewsDuring(
  db: Db,
  period: Period,
  named: string | undefined,
): Promise<{ readonly vantage: string; readonly parts: readonly ViewsDuring[] }> {
  const versions = await scopesDuring(db, period);
  const vantage = named ?? versions.at(-1)?.scope.vantage ?? "inside";
  const parts: ViewsDuring[] = [];
  for (const [index, version] of versions.entries()) {
    const from = index === 0 ? period.from : version.recordedAt;
    const next = versions[index + 1];
    const to = next?.recordedAt ?? period.to;
    if (to <= from) continue;
    const { views, resolved } = await readThen(db, next === undefined ? to : to - 1, { vantage });
    parts.push({ from, to, views, resolved });
  }
  return { vantage, parts };
}
